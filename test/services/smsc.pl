#!/usr/bin/perl
# An SMSC for tests, on Net::SMPP (Debian: libnet-smpp-perl): a codec that has nothing in common with ours. It does
# what it is told by lines of JSON on its standard input, and tells what happens by lines on its standard output.
# Texts are read by Perl's own Encode (gsm0338, UTF-16BE).
#
# Commands, each answered {"done": id}:
#   set      {key: value, …} of %set below
#   script   a list of what becomes of the next submits, one each; then `set`'s `otherwise`. Each is any of
#            {"status": n} {"silent": 1} {"hold": 1} {"cut": 1} {"nack": n} {"id": "…"}; {"early": {fields}} and
#            {"late": {fields}}: its receipt comes before and after the answer, with these fields of deliver_sm
#   release  answers what was held, oldest first
#   deliver  {fields of deliver_sm; short_message and TLVs as hex}
#   raw      hex, written as it is
#   cut, unbind: every session
use strict;
use warnings;
use Encode ();
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use Net::SMPP;

my %set = (
    system_id => 'share', password => 'secret', bind_status => 0, port => 0,
    enquire => 1,              # answers enquire_link
    mute => 0,                 # answers no submit
    otherwise => {},
    ids => 'decimal',          # or hex
    receipt_ids => 'same',     # or hex-to-decimal
    cut_after => 0,            # cuts the session at the nth submit from now, without an answer to it
);
my $next_id = 1000;
my (@script, @held, %bound);
my $json = JSON::PP->new->ascii->canonical;
$| = 1;
$SIG{PIPE} = 'IGNORE';
local $SIG{__WARN__} = sub { tell_of({ warning => "$_[0]" }) };

sub tell_of { print $json->encode($_[0]), "\n" }

my $listener = Net::SMPP->new_listen('127.0.0.1', port => $ARGV[0] // 0, smpp_version => 0x34)
    or die "no port: $!";
my $select = IO::Select->new($listener, \*STDIN);
tell_of({ listening => $listener->sockport });

sub close_session {
    my ($peer) = @_;
    my $was = delete $bound{ fileno $peer };
    @held = grep { $_->[0] != $peer } @held;
    $select->remove($peer);
    close $peer;
    tell_of({ closed => 1, bound => $was ? 1 : 0 });
}

sub text_of {
    my ($pdu) = @_;
    my $octets = $pdu->{short_message};
    my $header = '';
    if ($pdu->{esm_class} & 0x40) {
        $header = substr $octets, 0, 1 + ord $octets, '';
    }
    my $charset = $pdu->{data_coding} == 8 ? 'UTF-16BE' : 'gsm0338';
    return ($header, Encode::decode($charset, $octets));
}

sub new_id { my $id = $next_id++; return $set{ids} eq 'hex' ? sprintf '%08X', $id : "$id" }

sub on_submit {
    my ($peer, $pdu) = @_;
    my $what = @script ? shift @script : $set{otherwise};
    my ($header, $text) = text_of($pdu);
    my $id = $what->{id} // new_id();
    tell_of({ submit => {
        (map { $_ => $pdu->{$_} } qw(seq source_addr_ton source_addr_npi source_addr dest_addr_ton dest_addr_npi
            destination_addr esm_class data_coding registered_delivery)),
        octets => unpack('H*', $pdu->{short_message}), header => unpack('H*', $header), text => $text, id => $id,
        answer => $what,
    } });
    if ($set{cut_after} && --$set{cut_after} == 0) { return close_session($peer) }
    return close_session($peer) if $what->{cut};
    deliver_receipt($peer, $id, $what->{early}) if $what->{early};
    return if $what->{silent} || $set{mute};
    if ($what->{hold}) { push @held, [$peer, $pdu->{seq}, $what, $id]; return }
    answer($peer, $pdu->{seq}, $what, $id);
}

sub answer {
    my ($peer, $seq, $what, $id) = @_;
    return $peer->generic_nack(seq => $seq, status => $what->{nack}) if $what->{nack};
    $peer->submit_sm_resp(seq => $seq, status => $what->{status} // 0, message_id => $what->{status} ? '' : $id);
    tell_of({ answered => $id });
    deliver_receipt($peer, $id, $what->{late}) if $what->{late};
}

sub deliver_receipt {
    my ($peer, $id, $fields) = @_;
    my $named = $set{receipt_ids} eq 'hex-to-decimal' ? hex $id : $id;
    deliver($peer, { %$fields, text => receipt($named, $fields) });
}

sub receipt {
    my ($id, $fields) = @_;
    my $stat = $fields->{stat} // 'DELIVRD';
    return "id:$id sub:001 dlvrd:001 submit date:2611301200 done date:2611301201 stat:$stat err:000 text:";
}

sub deliver {
    my ($peer, $fields) = @_;
    my %fields = (source_addr_ton => 1, source_addr_npi => 1, source_addr => '8613800138000',
        destination_addr => '10690', data_coding => 0, %$fields);
    delete $fields{stat};
    my $text = delete $fields{text};
    $fields{esm_class} //= defined $text ? 4 : 0;
    $fields{short_message} = defined $text ? $text : pack 'H*', $fields{short_message} // '';
    for (qw(message_payload receipted_message_id message_state sar_msg_ref_num sar_total_segments sar_segment_seqnum)) {
        $fields{$_} = pack 'H*', $fields{$_} if defined $fields{$_};
    }
    my $command = delete $fields{command} // 'deliver_sm';
    my $seq = $peer->$command(%fields, async => 1);
    tell_of({ delivering => $seq });
    return $seq;
}

sub on_bind {
    my ($peer, $pdu) = @_;
    my $status = $set{bind_status};
    $status ||= 0x0f if $pdu->{system_id} ne $set{system_id};
    $status ||= 0x0e if $pdu->{password} ne $set{password};
    tell_of({ bind => { status => $status, map { $_ => $pdu->{$_} } qw(cmd system_id system_type interface_version) } });
    $bound{ fileno $peer } = $peer unless $status;
    $peer->bind_transceiver_resp(seq => $pdu->{seq}, status => $status, system_id => 'SMSC');
}

my %on = (
    0x00000001 => \&on_bind, 0x00000002 => \&on_bind, 0x00000009 => \&on_bind,
    0x00000004 => \&on_submit,
    0x00000006 => sub { my ($peer, $pdu) = @_; tell_of({ unbind => 1 }); $peer->unbind_resp(seq => $pdu->{seq}) },
    0x00000015 => sub {
        my ($peer, $pdu) = @_;
        tell_of({ enquire => 1 });
        $peer->enquire_link_resp(seq => $pdu->{seq}) if $set{enquire};
    },
    0x80000005 => sub { my ($peer, $pdu) = @_; tell_of({ delivered => $pdu->{seq}, status => $pdu->{status} }) },
    0x80000103 => sub { my ($peer, $pdu) = @_; tell_of({ delivered => $pdu->{seq}, status => $pdu->{status} }) },
    0x80000000 => sub { my ($peer, $pdu) = @_; tell_of({ nacked => $pdu->{seq}, status => $pdu->{status} }) },
);

my %command = (
    set => sub { %set = (%set, %{ $_[0] }) },
    script => sub { push @script, @{ $_[0] } },
    release => sub { answer(@$_) for splice @held },
    deliver => sub { deliver($_, $_[0]) for values %bound },
    raw => sub { my ($hex) = @_; $_->syswrite(pack 'H*', $hex) for values %bound },
    cut => sub { close_session($_) for values %bound },
    unbind => sub { $_->unbind(async => 1) for values %bound },
);

my $input = '';
sub on_input {
    sysread(STDIN, $input, 65536, length $input) or exit;
    while ($input =~ s/^(.*)\n//) {
        my $line = $json->decode($1);
        $command{ $line->{do} }->($line->{with});
        tell_of({ done => $line->{id} });
    }
}

while (1) {
    for my $ready ($select->can_read) {
        if ($ready == \*STDIN) { on_input(); next }
        if ($ready == $listener) {
            my $peer = $listener->accept or next;
            $peer->autoflush(1);
            $select->add($peer);
            tell_of({ opened => 1 });
            next;
        }
        next unless $select->exists($ready);
        my $pdu = $ready->read_pdu;
        if (!$pdu) { close_session($ready); next }
        my $known = $on{ $pdu->{cmd} };
        $known->($ready, $pdu) if $known;
    }
}
