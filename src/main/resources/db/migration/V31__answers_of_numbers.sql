-- What came of a case may be a number, as revenue, and not only yes or no: 1 for yes, 0 for no.
alter table shadow_case add column answer double precision;
update shadow_case set answer = case when happened then 1 else 0 end where happened is not null;
alter table shadow_case drop column happened;

-- Forests are signed with the installation's own key, as other models are. Those from before have no signature, and are learnt
-- anew.
alter table anomaly_forest add column signature varchar(64);

-- What a review is about: its verdict is learnt from with what was known at that event.
alter table fraud_review add column event_id uuid;
update fraud_review set event_id = (select d.event_id from decision d where d.id = fraud_review.decision_id);
