/** Words behind a command that say what shall be done; what it is done to follows. */
export const ADD = /^(?:add|new|添加|新建)(?:\s+|$)/i
export const GROUP = /^(?:group|群组|群組|分组)(?:\s+|$)/i
export const REMOVE = /^(?:remove|delete|rm|删除|移除)\s+/i
