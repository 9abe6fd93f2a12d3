-- What people said of a journey as a whole: nobody moves on in it, or nobody enters it. Times are product time.
create table journey_state (
    process varchar(120) primary key,
    paused_by varchar(64),
    paused_at timestamp(6) with time zone,
    paused_reason varchar(1000),
    drained_by varchar(64),
    drained_at timestamp(6) with time zone,
    drained_reason varchar(1000)
);

-- What people said of a channel: draining or held. What its receiver asked for stands beside it.
alter table channel_state add column operated varchar(12);
alter table channel_state add column operated_by varchar(64);
alter table channel_state add column operated_at timestamp(6) with time zone;
alter table channel_state add column operated_reason varchar(1000);

-- Since when a message has failed; null unless it has.
alter table message add column failed_at timestamp(6) with time zone;
update message set failed_at = created_at where status = 'failed';
create index message_failed on message (failed_at, id);

-- What people did to journeys, channels and failures: who, why, and what came of it.
create table operation (
    id uuid primary key,
    at timestamp(6) with time zone not null,
    who varchar(64) not null,
    action varchar(40) not null,
    subject varchar(200) not null,
    reason varchar(1000) not null,
    outcome varchar(400) not null
);
