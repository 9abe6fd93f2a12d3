-- What became of what could not be used. form is what its way has to know to read it again.
alter table quarantine add column form varchar(200);
alter table quarantine add column status varchar(12) default 'waiting' not null;
alter table quarantine add column attempts int default 0 not null;
alter table quarantine add column settled_at timestamp(6) with time zone;
alter table quarantine add column settled_by varchar(64);
alter table quarantine add column note varchar(1000);
alter table quarantine add column events varchar;
alter table quarantine add column mended varchar;
create index quarantine_status on quarantine (status, source, id);

-- What only makes sense once, such as an order: a hash of name, value and person, and the event that said it first.
create table event_once (
    id uuid primary key,
    event_id uuid not null,
    received_at timestamp(6) with time zone not null
);

-- What came from where, added up. kind says what is counted, name what of it; names are bounded in number.
create table data_quality (
    source varchar(120) not null,
    on_day date not null,
    kind varchar(20) not null,
    name varchar(200) not null,
    n bigint not null,
    primary key (source, on_day, kind, name)
);
create index data_quality_day on data_quality (on_day);

create table source_seen (
    source varchar(120) primary key,
    received_at timestamp(6) with time zone not null,
    event_at timestamp(6) with time zone not null
);

-- The bounded sample that the limit of a number is learned from, as comma-separated numbers.
create table outlier_sample (
    source varchar(120) not null,
    field varchar(40) not null,
    seen bigint not null,
    sample varchar not null,
    primary key (source, field)
);
