package io.wayfarer.profile;

import static io.wayfarer.profile.Profiles.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How people are merged and parted again, and what becomes of consent; on both databases. */
abstract class MergeContract {

    private Profiles profiles;

    abstract DataSource database();

    @BeforeEach
    void nobodyIsKnown() {
        profiles = Profiles.on(database());
    }

    // ---- what a merge keeps

    @Test
    void aMergeLosesNothing() {
        profiles.happened(
                says("Identified", 0, Map.of("name", "Ada", "city", "Bern"), Map.of(), "userId:ada"),
                says("Product Added", 1, Map.of(), Map.of("product_id", "tent"), "userId:ada"));
        profiles.happened(says(
                "Mail Received",
                5,
                Map.of("name", "A. Lovelace", "language", "en"),
                Map.of(),
                "email:ada@example.org"));
        var mail = profiles.id("email:ada@example.org");
        profiles.happened(says("Identified", 9, "userId:ada", "email:ada@example.org"));

        var ada = profiles.find("userId:ada");
        assertThat(ada.trait("name")).isEqualTo("A. Lovelace");
        assertThat(ada.trait("city")).isEqualTo("Bern");
        assertThat(ada.trait("language")).isEqualTo("en");
        assertThat(ada.features().cart()).hasSize(1);
        assertThat(profiles.log("userId:ada")).hasSize(4);
        assertThat(profiles.customers().find(mail).orElseThrow().id()).isEqualTo(ada.id());
        assertThat(profiles.customers().lock(mail).orElseThrow().id()).isEqualTo(ada.id());
        var told = profiles.merges().of(ada.id());
        assertThat(told).hasSize(1);
        assertThat(told.get(0).merged()).isEqualTo(mail);
        assertThat(told.get(0).by()).isEqualTo("email:ada@example.org");
        assertThat(told.get(0).rule()).isEqualTo("identity.drl: the same person");
        assertThat(told.get(0).reason()).isNotBlank();
        // the older name is kept beside what the merged one said
        assertThat(profiles.jdbc().queryForObject("select moved from customer_merge", String.class))
                .contains("\"Ada\"", "A. Lovelace");
    }

    @Test
    void ofTheConsentOfTwoTheStricterHoldsAndTheLedgerSaysSo() {
        profiles.happenedOneByOne(
                says(
                        "Consent Changed",
                        0,
                        Map.of(),
                        Map.of("topic", "marketing", "granted", false),
                        "email:ada@example.org"),
                says(
                        "Identified",
                        5,
                        Map.of("consent", Map.of("marketing", true, "surveys", true)),
                        Map.of(),
                        "userId:ada"),
                says("Identified", 9, "userId:ada", "email:ada@example.org"));

        var ada = profiles.find("userId:ada");
        assertThat(ada.refuses("marketing")).isTrue();
        assertThat(ada.consentsTo("surveys")).isTrue();
        assertThat(profiles.consents().derived(ada.id())).isEqualTo(ada.consent());
        assertThat(profiles.consents().of(ada.id(), 10, null))
                .extracting(ConsentLedger.Entry::source)
                .contains("merge");
    }

    @Test
    void consentIsWhatTheLedgerComesTo() {
        var random = new Random(11);
        var people = List.of("userId:ada", "email:ada@example.org", "userId:bob", "anonymousId:b1");
        for (int i = 0; i < 120; i++) {
            var topic = List.of("marketing", "surveys", "*", "t" + random.nextInt(40))
                    .get(random.nextInt(4));
            var said = random.nextInt(8) == 0
                    ? says("Unsubscribed", random.nextInt(500), people.get(random.nextInt(4)))
                    : says(
                            "Consent Changed",
                            random.nextInt(500),
                            Map.of(),
                            Map.of(
                                    "purpose",
                                    List.of("messages", "profiling").get(random.nextInt(2)),
                                    "topic",
                                    topic,
                                    "granted",
                                    random.nextBoolean(),
                                    "proof",
                                    "form 3"),
                            people.get(random.nextInt(4)));
            profiles.happened(said);
        }
        profiles.happened(says("Identified", 600, "userId:ada", "email:ada@example.org", "anonymousId:b1"));

        for (var person : List.of("userId:ada", "userId:bob")) {
            var customer = profiles.find(person);
            assertThat(customer.consent()).isNotEmpty();
            assertThat(profiles.consents().derived(customer.id())).isEqualTo(customer.consent());
        }
        assertThat(profiles.consents()
                        .of(profiles.id("userId:bob"), 1, null)
                        .get(0)
                        .proof())
                .isIn(
                        "form 3",
                        profiles.consents()
                                .of(profiles.id("userId:bob"), 1, null)
                                .get(0)
                                .proof());
    }

    // ---- undone

    @Test
    void whatIsUndoneGoesBackAndLaterEventsGoWhereTheyBelong() {
        profiles.happenedOneByOne(
                says("Ada Came", 0, Map.of("name", "Ada"), Map.of(), "userId:ada"),
                says("Bob Wrote", 1, Map.of("name", "Bob"), Map.of(), "email:bob@example.org"),
                says("Mixed Up", 2, "userId:ada", "email:bob@example.org"),
                says("Bob Wrote Again", 3, "email:bob@example.org", "phone:+4930901820"),
                says("Bob Called", 4, "phone:+4930901820"),
                says("Ada Came Again", 5, "userId:ada"));
        var ada = profiles.find("userId:ada");
        assertThat(profiles.log(ada.id())).hasSize(6);
        var merge = profiles.merges().of(ada.id()).get(0);

        var move = profiles.transactions()
                .execute(status -> profiles.merges().undo(ada.id(), merge.id(), "not the same", "tester"))
                .orElseThrow();

        assertThat(move.to()).isEqualTo(merge.merged());
        assertThat(profiles.log("userId:ada")).containsExactly("Ada Came", "Mixed Up", "Ada Came Again");
        assertThat(profiles.log("email:bob@example.org")).containsExactly("Bob Wrote", "Bob Wrote Again", "Bob Called");
        assertThat(profiles.find("userId:ada").trait("name")).isEqualTo("Ada");
        assertThat(profiles.find("userId:ada").features().lifetime(Metric.EVENTS))
                .isEqualTo(3);
        assertThat(profiles.find("email:bob@example.org").trait("name")).isEqualTo("Bob");
        assertThat(profiles.find("email:bob@example.org").features().lifetime(Metric.EVENTS))
                .isEqualTo(3);

        // the same evidence does not merge them again
        profiles.happenedOneByOne(
                says("Mixed Up Again", 6, "userId:ada", "email:bob@example.org"),
                says("Bob Wrote Last", 7, "email:bob@example.org"),
                says("Bob Called Last", 8, "phone:+4930901820"));
        assertThat(profiles.log("userId:ada")).hasSize(4).contains("Mixed Up Again");
        assertThat(profiles.log("email:bob@example.org")).hasSize(5);
        assertThatThrownBy(() -> profiles.merges().undo(ada.id(), merge.id(), "again", "tester"))
                .isInstanceOf(Merges.Refused.class);
    }

    @Test
    void ofTwoMergesTheFirstCanBeUndoneAfterTheSecond() {
        profiles.happenedOneByOne(
                says("By Mail", 0, "email:ada@example.org"),
                says("In Crm", 1, "hubspot:1"),
                says("Joined", 2, "hubspot:1", "email:ada@example.org"),
                says("Signed Up", 3, "userId:ada"),
                says("Joined Too", 4, "userId:ada", "hubspot:1"));
        var ada = profiles.id("userId:ada");
        var first = profiles.merges().of(ada).stream()
                .filter(merge -> merge.by().startsWith("email"))
                .findFirst()
                .orElseThrow();

        profiles.transactions().executeWithoutResult(status -> profiles.merges().undo(ada, first.id(), "no", "tester"));

        assertThat(profiles.log("email:ada@example.org")).containsExactly("By Mail");
        assertThat(profiles.log("userId:ada")).containsExactly("In Crm", "Joined", "Signed Up", "Joined Too");
        assertThat(profiles.id("hubspot:1")).isEqualTo(ada);
    }

    @Test
    void aRefusalThatAMergeMadeEndsWhenItIsUndone() {
        ofTheConsentOfTwoTheStricterHoldsAndTheLedgerSaysSo();
        var ada = profiles.id("userId:ada");
        var merge = profiles.merges().of(ada).get(0);

        profiles.transactions().executeWithoutResult(status -> profiles.merges().undo(ada, merge.id(), "no", "tester"));

        assertThat(profiles.find("userId:ada").consentsTo("marketing")).isTrue();
        assertThat(profiles.find("email:ada@example.org").refuses("marketing")).isTrue();
        assertThat(profiles.consents().derived(ada))
                .isEqualTo(profiles.find("userId:ada").consent());
    }

    @Test
    void aSignInThatIsUndoneGivesTheHistoryBackAndLeavesTheSession() {
        profiles.happenedOneByOne(
                says("Identified", 0, "userId:ada", "anonymousId:elsewhere"),
                says("Somebody Reads", 1, "anonymousId:b1"),
                says("Identified", 2, "userId:ada", "anonymousId:b1"),
                says("Ada Reads", 3, "anonymousId:b1"));
        var ada = profiles.id("userId:ada");
        var merge = profiles.merges().of(ada).get(0);

        profiles.transactions().executeWithoutResult(status -> profiles.merges().undo(ada, merge.id(), "no", "tester"));

        assertThat(profiles.log("userId:ada")).containsExactly("Identified", "Identified", "Ada Reads");
        assertThat(profiles.log(merge.merged())).containsExactly("Somebody Reads");
        assertThat(profiles.id("anonymousId:b1")).isEqualTo(ada);
    }

    @Test
    void aPersonMergesTwoButNotTwoUserIdsUnlessForced() {
        profiles.happenedOneByOne(says("Signed Up", 0, "userId:ada"), says("Signed Up", 1, "userId:ada.old"));
        var ada = profiles.find("userId:ada");
        var old = profiles.find("userId:ada.old");

        assertThatThrownBy(() -> profiles.merges().merge(ada, old, "two accounts", false, "tester"))
                .isInstanceOf(Merges.Refused.class);
        profiles.transactions()
                .executeWithoutResult(status -> profiles.merges().merge(ada, old, "two accounts", true, "tester"));

        assertThat(profiles.log("userId:ada.old")).hasSize(2);
        assertThat(profiles.find("userId:ada.old").id()).isEqualTo(ada.id());
        assertThat(profiles.merges().of(ada.id()).get(0).who()).isEqualTo("tester");
    }
}
