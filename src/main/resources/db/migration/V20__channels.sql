-- Messages leave by several channels, each worked off by itself.
drop index message_due;
create index message_due on message (channel, due_at);

-- What a channel is told by its receiver: to come again later, or never. paused_until is product time.
create table channel_state (
    channel varchar(20) primary key,
    paused_until timestamp(6) with time zone,
    closed_reason varchar(300),
    closed_at timestamp(6) with time zone
);
