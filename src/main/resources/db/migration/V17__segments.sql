-- Which segments each customer is in, how they moved, and what was learnt.

create table segment_member (
    customer_id uuid not null,
    kind varchar(10) not null,
    segment varchar(120) not null,
    since timestamp(6) with time zone not null,
    primary key (customer_id, kind)
);
create index segment_member_segment on segment_member (kind, segment, customer_id);

-- day_no: UTC days since 1970. cause: event, or pass (time went by, or thresholds were learnt anew).
create table segment_move (
    id uuid primary key,
    customer_id uuid not null,
    known_as uuid,
    kind varchar(10) not null,
    from_segment varchar(120),
    to_segment varchar(120) not null,
    cause varchar(10) not null,
    at timestamp(6) with time zone not null,
    day_no int not null
);
create index segment_move_customer on segment_move (customer_id, at);
create index segment_move_day on segment_move (day_no);

-- pass_after: the last customer that the pass over all has assigned; null before it. sums: what the pass has summed up.
create table segment_model (
    version varchar(40) primary key,
    learnt_at timestamp(6) with time zone not null,
    body varchar not null,
    pass_after uuid,
    passed_at timestamp(6) with time zone,
    sums varchar not null
);
