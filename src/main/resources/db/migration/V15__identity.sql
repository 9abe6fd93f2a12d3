-- Who is who: merges that can be undone, what must stay apart, and the ledger of consent.

-- a CRM's name is a kind of identity too
alter table identity alter column kind set data type varchar(40);

-- Whose each row was before its customer was merged into the present one; null when always theirs.
alter table event add column known_as uuid;
alter table decision add column known_as uuid;
alter table message add column known_as uuid;

-- merged_id was merged into into_id; customer_id is who has it all now, after later merges too.
create table customer_merge (
    id uuid primary key,
    customer_id uuid not null,
    merged_id uuid not null,
    into_id uuid not null,
    at timestamp(6) with time zone not null,
    event_id uuid,
    by_whom varchar(120) not null,
    kind varchar(40),
    name varchar(320),
    rule varchar(200) not null,
    reason varchar(1000) not null,
    moved varchar not null,
    undone_at timestamp(6) with time zone,
    undone_by varchar(120),
    undone_reason varchar(1000)
);
create index customer_merge_merged on customer_merge (merged_id);
create index customer_merge_customer on customer_merge (customer_id, at);

-- Two customers whom this identity joined wrongly: it does not join them again.
create table kept_apart (
    customer_id uuid not null,
    other_id uuid not null,
    kind varchar(40),
    name varchar(320),
    merge_id uuid not null
);
create index kept_apart_customer on kept_apart (customer_id);

-- The people who have been on a browser or device, or whom an identity has joined.
create table identity_people (
    name varchar(320) not null,
    kind varchar(40) not null,
    customer_id uuid not null,
    primary key (name, kind, customer_id)
);

-- All that was ever said of consent; nothing is changed or removed. The current state is derived from it.
create table consent_entry (
    id uuid primary key,
    customer_id uuid not null,
    known_as uuid,
    purpose varchar(40) not null,
    topic varchar(40) not null,
    granted boolean not null,
    source varchar(120) not null,
    at timestamp(6) with time zone not null,
    proof varchar(1000) not null,
    event_id uuid,
    merge_id uuid,
    recorded_at timestamp(6) with time zone not null
);
create index consent_entry_customer on consent_entry (customer_id, id);
