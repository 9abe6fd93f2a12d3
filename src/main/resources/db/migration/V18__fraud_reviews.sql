-- What a person was asked to look at, by the decision that asked, and what they found: a label for training. The newest of
-- a customer says whether marketing waits.
create table fraud_review (
    decision_id uuid primary key,
    customer_id uuid not null,
    known_as uuid,
    opened_at timestamp(6) with time zone not null,
    risk double precision not null,
    outcome varchar(10),
    judged_at timestamp(6) with time zone
);
create index fraud_review_customer on fraud_review (customer_id, opened_at);
