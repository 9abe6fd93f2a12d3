-- What came in, was understood, and is of a kind that nothing here uses: counted by its kind, and not kept.
create table unused (
    source varchar(120) not null,
    kind varchar(200) not null,
    messages bigint not null,
    last_at timestamp(6) with time zone not null,
    primary key (source, kind)
);
