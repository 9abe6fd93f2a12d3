-- Who entered which journey when, by the decision that let them in: what may not be entered again is told by it, long after
-- the engine has forgotten.
create table journey_entry (
    decision_id uuid primary key,
    customer_id uuid not null,
    known_as uuid,
    process varchar(120) not null,
    entered_at timestamp(6) with time zone not null
);
create index journey_entry_customer on journey_entry (customer_id, process);
