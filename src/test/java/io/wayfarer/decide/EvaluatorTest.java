package io.wayfarer.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Profiler;
import io.wayfarer.profile.Stage;
import io.wayfarer.score.Models;
import io.wayfarer.score.Score;
import io.wayfarer.score.Scores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class EvaluatorTest {

    private static final String BY_SEGMENT =
            """
            <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="next-best-action"
                         namespace="urn:test">
              <inputData id="input_rfm" name="rfm"><variable id="variable_rfm" name="rfm" typeRef="string"/></inputData>
              <decision id="nba" name="next-best-action">
                <variable id="variable_nba" name="next-best-action" typeRef="Any"/>
                <informationRequirement id="needs_rfm"><requiredInput href="#input_rfm"/></informationRequirement>
                <decisionTable id="table" hitPolicy="UNIQUE">
                  <input id="in_rfm"><inputExpression id="e" typeRef="string"><text>rfm</text></inputExpression></input>
                  <output id="out_action" name="action" typeRef="string"/>
                  <output id="out_days" name="days" typeRef="number"/>
                  <output id="out_reason" name="reason" typeRef="string"/>
                  <rule id="r1">
                    <inputEntry id="r1i"><text>"lost"</text></inputEntry>
                    <outputEntry id="r1a"><text>"start:win-back"</text></outputEntry>
                    <outputEntry id="r1d"><text>1</text></outputEntry>
                    <outputEntry id="r1r"><text>"they were lost"</text></outputEntry>
                  </rule>
                  <rule id="r2">
                    <inputEntry id="r2i"><text>not("lost")</text></inputEntry>
                    <outputEntry id="r2a"><text>"start:onboarding"</text></outputEntry>
                    <outputEntry id="r2d"><text>1</text></outputEntry>
                    <outputEntry id="r2r"><text>"they were not"</text></outputEntry>
                  </rule>
                </decisionTable>
              </decision>
            </definitions>
            """;

    private static final Release RELEASE = People.release(0.4, 0.1);

    private final Customer ada =
            People.customer("evaluation", Duration.ofDays(2), "1d ago Product Viewed: lamp", "", true);

    @Test
    void whoIsUnhappyIsNotTemptedWithAPrice() {
        var ada = People.customer("use", Duration.ofDays(9), "", "", true);
        var view = "Product Viewed: kettle";
        for (var happening : List.of("3h ago " + view, "2h ago " + view)) {
            ada = Profiler.after(ada, People.event(happening, Map.of()));
        }
        var detractor = People.event("1h ago Survey Answered", Map.of("kind", "nps", "score", 0));
        var unhappy = Evaluator.evaluate(ada, detractor, RELEASE, People.NOW).customer();
        var looks = People.event(view, Map.of());
        var cheaper = People.event("Price Dropped: kettle", Map.of("drop", 0.5));

        assertThat(Evaluator.evaluate(ada, looks, RELEASE, People.NOW).decisions())
                .extracting(Decision::action)
                .contains("start:evaluation-assist");
        assertThat(Evaluator.evaluate(ada, cheaper, RELEASE, People.NOW).decisions())
                .extracting(Decision::action)
                .contains("tell:price-dropped", "start:evaluation-assist");
        assertThat(Evaluator.evaluate(unhappy, looks, RELEASE, People.NOW).decisions())
                .isEmpty();
        assertThat(Evaluator.evaluate(unhappy, cheaper, RELEASE, People.NOW).decisions())
                .isEmpty();
    }

    @Test
    void theSameInputGivesTheSameDecisions() {
        var event = People.event("Product Added: kettle", Map.of());

        var first = Evaluator.evaluate(ada, event, RELEASE, People.NOW);
        var second = Evaluator.evaluate(ada, event, RELEASE, People.NOW);

        assertThat(first.decisions()).hasSize(2).isEqualTo(second.decisions());
        assertThat(first.customer().stage()).isEqualTo(second.customer().stage());
        assertThat(first.decisions()).extracting(Decision::id).doesNotHaveDuplicates();
    }

    @Test
    void severalThreadsGetWhatOneGets() throws Exception {
        var event = People.event("Product Added: kettle", Map.of());
        var expected = Evaluator.evaluate(ada, event, RELEASE, People.NOW).decisions();
        var threads = Executors.newFixedThreadPool(4);
        try {
            Callable<List<Decision>> often = () -> {
                var last = new ArrayList<Decision>();
                for (int i = 0; i < 500; i++) {
                    last.clear();
                    last.addAll(
                            Evaluator.evaluate(ada, event, RELEASE, People.NOW).decisions());
                    assertThat(last).isEqualTo(expected);
                }
                return last;
            };
            for (var result : threads.invokeAll(List.of(often, often, often, often))) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aCartLeadsToPurchaseAndStartsItsJourney() {
        var evaluation = Evaluator.evaluate(ada, People.event("Product Added: kettle", Map.of()), RELEASE, People.NOW);

        assertThat(evaluation.customer().stage()).isEqualTo(Stage.PURCHASE);
        assertThat(evaluation.customer().stageSince()).isEqualTo(People.NOW);
        var move = evaluation.decisions().get(0);
        assertThat(move.action()).isEqualTo("stage:purchase");
        assertThat(move.rule()).isEqualTo("stages.drl: fills the cart");
        assertThat(move.reason()).isEqualTo("Put The kettle in the cart: 1 in it now");
        assertThat(move.facts()).containsEntry("from", "evaluation").containsEntry("event", "Product Added");
        var start = evaluation.decisions().get(1);
        assertThat(start.action()).isEqualTo("start:abandoned-cart");
        assertThat(start.rule()).isEqualTo("next-best-action.dmn: row 1");
        assertThat(start.reason())
                .isEqualTo("Began a cart with The kettle: what is left in a cart is worth a reminder");
        assertThat(start.release()).isEqualTo("test");
        assertThat(start.scores()).containsKeys("buy", "sentiment");
        assertThat(start.facts())
                .containsEntry("signal", "cart-left")
                .containsEntry("stage", "purchase")
                .containsEntry(
                        "items",
                        List.of(Map.of(
                                "product", "kettle",
                                "title", "The kettle",
                                "url", "https://shop.example/kettle",
                                "price", 29.5,
                                "quantity", 1)));
    }

    /** The rules' own groups need nothing learnt, and are those before the event. */
    @Test
    void aRuleSeesTheSegmentThatTheCustomerWasInBeforeTheEvent() {
        var files = ShippedRules.files();
        files.computeIfPresent(
                "signals.drl",
                (name, text) -> text
                        + """

                        rule "good customer is back"
                        when
                            Moment( event == "Product Viewed", fresh, reachable, segment("rules") == "good-gone-quiet" )
                        then
                            findings.signal("unhappy", "Is back");
                        end
                        """);
        var release = new Release("test", new Rulebook(files), People.models(0.4, null));
        var history = "200d ago Order Completed: a; 150d ago Order Completed: b; 100d ago Order Completed: c";
        var quiet = People.customer("after-sales", Duration.ofDays(99), history, "", true);
        var view = People.event("Product Viewed", Map.of());
        var answers = Evaluator.evaluate(quiet, view, release, People.NOW).decisions().stream()
                .filter(decision -> "unhappy".equals(decision.facts().get("signal")))
                .toList();
        assertThat(answers).singleElement().satisfies(decision -> assertThat(decision.facts())
                .containsEntry("segments", Map.of("rules", "good-gone-quiet")));
        var busy =
                People.customer("after-sales", Duration.ofDays(99), history + "; 2d ago Order Completed: d", "", true);
        assertThat(Evaluator.evaluate(busy, view, release, People.NOW).decisions())
                .noneMatch(decision -> "unhappy".equals(decision.facts().get("signal")));
    }

    @Test
    void aSegmentIsOnlyComputedWhenARuleAsks() {
        var asked = new ArrayList<String>();
        var grouping = new Grouping() {
            @Override
            public String version() {
                return "counting";
            }

            @Override
            public String group(String kind, Customer customer, Instant at) {
                asked.add(kind);
                return "champions";
            }
        };
        var release = new Release("test", People.RULEBOOK, People.models(0.4, 0.1), null, grouping);
        var ada = People.customer("use", Duration.ofDays(9), "10d ago Order Completed: lamp", "", true);
        for (var event :
                List.of("Product Viewed: lamp", "Order Completed: lamp", "Ticket Opened", "Product Added: lamp")) {
            Evaluator.evaluate(ada, People.event(event, Map.of()), release, People.NOW);
        }
        assertThat(asked).isEmpty();
        Evaluator.evaluate(ada, People.event("Order Refunded", Map.of()), release, People.NOW);
        assertThat(asked).containsExactly("rfm");
    }

    @Test
    void theNextBestActionMayAskForASegment() {
        var files = ShippedRules.files();
        files.put("next-best-action.dmn", BY_SEGMENT);
        var rulebook = new Rulebook(files);
        var ada = People.customer("after-sales", Duration.ofDays(9), "10d ago Order Completed: lamp", "", true);
        for (var group : List.of("champions", "lost")) {
            var release = new Release(
                    "test", rulebook, People.models(0.4, null), null, People.grouping(List.of("rfm=" + group)));
            assertThat(Evaluator.evaluate(ada, People.event("Product Added: kettle", Map.of()), release, People.NOW)
                            .decisions())
                    .filteredOn(decision -> !decision.verb().equals("stage"))
                    .singleElement()
                    .satisfies(decision -> assertThat(decision.action())
                            .isEqualTo(group.equals("lost") ? "start:win-back" : "start:onboarding"));
        }
    }

    /** Each stage has models of its own, which say quite another thing. */
    @Test
    void theScoresOfADecisionSpeakOfTheStageThatTheEventLeadsTo() {
        var byStage = new Models() {
            @Override
            public String id() {
                return "by-stage";
            }

            @Override
            public Scores score(Customer customer, Event event, Instant now) {
                var model = customer.stage().label();
                return new Scores(
                        Map.of(Scores.BUY, new Score(model.equals("purchase") ? 0.8 : 0.1, model, List.of())));
            }
        };
        var release = new Release("test", People.RULEBOOK, byStage);

        var moved = Evaluator.evaluate(ada, People.event("Product Added: kettle", Map.of()), release, People.NOW);

        assertThat(moved.decisions())
                .extracting(Decision::action)
                .containsExactly("stage:purchase", "start:abandoned-cart");
        assertThat(moved.decisions())
                .extracting(decision -> decision.scores().get(Scores.BUY).model())
                .containsOnly("purchase");
        assertThat(moved.decisions().get(1).facts()).containsEntry("propensity", 0.8);
        assertThat(moved.decisions().get(0).facts()).containsEntry("from", "evaluation");
    }

    @Test
    void whatWasStartedIsNotStartedAgainSoon() {
        var added = People.event("2h ago Product Added: kettle", Map.of());
        var removed = People.event("1h ago Product Removed: kettle", Map.of());
        var addedAgain = People.event("Product Added: kettle", Map.of());

        var first = Evaluator.evaluate(ada, added, RELEASE, People.NOW);
        var second = Evaluator.evaluate(first.customer(), removed, RELEASE, People.NOW);
        var third = Evaluator.evaluate(second.customer(), addedAgain, RELEASE, People.NOW);

        assertThat(first.decisions()).extracting(Decision::action).contains("start:abandoned-cart");
        assertThat(second.decisions()).extracting(Decision::action).containsExactly("stage:evaluation");
        assertThat(third.decisions()).extracting(Decision::action).containsExactly("stage:purchase");
    }

    @Test
    void importedHistoryMovesStagesAndStartsNothing() {
        var customer = People.customer("awareness", Duration.ofDays(100), "", "", true);
        var actions = new ArrayList<String>();
        for (var happening : List.of(
                "60d ago Product Viewed: kettle",
                "59d ago Product Viewed: kettle",
                "58d ago Product Viewed: kettle",
                "57d ago Product Added: kettle",
                "56d ago Order Completed",
                "50d ago Mail Received")) {
            var evaluation = Evaluator.evaluate(customer, People.event(happening, Map.of()), RELEASE, People.NOW);
            customer = evaluation.customer();
            evaluation.decisions().forEach(decision -> actions.add(decision.action()));
        }

        assertThat(actions).containsExactly("stage:evaluation", "stage:purchase", "stage:use", "stage:after-sales");
        assertThat(customer.stageSince()).isEqualTo(People.NOW.minus(Duration.ofDays(50)));
    }

    @Test
    void anUnhappyMailShowsItsWordsAndMood() {
        var mail = People.event("Mail Received", Map.of("subject", "Broken", "text", "x".repeat(5000)));

        var decisions = Evaluator.evaluate(ada, mail, RELEASE, People.NOW).decisions();

        assertThat(decisions).extracting(Decision::action).containsExactly("start:unhappy-customer");
        assertThat(decisions.get(0).reason()).startsWith("Mail Received in a bad mood: 10 of 100");
        assertThat(decisions.get(0).facts()).containsEntry("subject", "Broken");
        assertThat((String) decisions.get(0).facts().get("text")).hasSize(1000);
    }

    @Test
    void absurdPropertiesDoNoHarm() {
        for (var event : List.of(
                People.event("Product Viewed", Map.of("product_id", List.of(1), "name", Map.of(), "price", "1e999")),
                People.event("Product Added", Map.of("quantity", -5, "product_id", "x".repeat(10_000))),
                People.event("Checkout Started", Map.of("products", List.of("a", 1, Map.of("sku", 7)))),
                People.event("Review Posted", Map.of("rating", "NaN", "text", 7)),
                People.event("x".repeat(200), Map.of("text", Map.of("deep", List.of()))))) {
            assertThat(Evaluator.evaluate(ada, event, RELEASE, People.NOW).customer())
                    .isNotNull();
        }
    }

    @Test
    void whatNoPersonDidOrWasToldTwiceLeadsToNothing() {
        var event = People.event("Product Added: kettle", Map.of());
        for (var mark : List.<Map<String, Object>>of(Map.of("bot", true), Map.of("duplicateOf", "x"))) {
            var evaluation =
                    Evaluator.evaluate(ada, event.with(event.at(), event.receivedAt(), mark), RELEASE, People.NOW);
            assertThat(evaluation.decisions()).isEmpty();
            assertThat(evaluation.customer()).isEqualTo(ada);
        }
    }
}
