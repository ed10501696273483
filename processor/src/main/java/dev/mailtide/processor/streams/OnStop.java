package dev.mailtide.processor.streams;

import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;

/** What a stopped instance is to the others of its application. */
public enum OnStop {
    /** One that will be back: they wait for it until its session ends. */
    STAY(GroupMembershipOperation.REMAIN_IN_GROUP),
    /** One that is gone: they take over at once. */
    LEAVE(GroupMembershipOperation.LEAVE_GROUP);

    private final GroupMembershipOperation membership;

    OnStop(GroupMembershipOperation membership) {
        this.membership = membership;
    }

    GroupMembershipOperation membership() {
        return membership;
    }
}
