-- Running journeys that are taken to another version of their diagram, or ended when to_version is null, batch by batch: who
-- wanted it, how far it is, and who could not be moved. last_instance is the engine's id up to which it is done; alive_until is
-- by the database's own clock, and tells whether a node is at it.
create table journey_migration (
    id uuid primary key,
    process varchar(120) not null,
    from_version int not null,
    to_version int,
    plan varchar(64) not null,
    steps varchar not null,
    who varchar(64) not null,
    reason varchar(1000) not null,
    status varchar(12) not null,
    total int not null,
    moved int not null,
    failed int not null,
    failures varchar not null,
    last_instance varchar(64) not null,
    started_at timestamp(6) with time zone not null,
    ended_at timestamp(6) with time zone,
    alive_until timestamp(6) with time zone not null
);
create index journey_migration_status on journey_migration (status);
create index journey_migration_process on journey_migration (process, id);
