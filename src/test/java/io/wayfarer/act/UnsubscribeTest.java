package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.wayfarer.Databases;
import io.wayfarer.Events;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.SignedTokens;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

/** The link by which somebody unsubscribes: it works without a sign-in, and for nobody else than we wrote it for. */
class UnsubscribeTest {

    private static final UUID SOMEBODY = UUID.fromString("019b0000-0000-7000-8000-000000000001");

    private Office office;
    private Unsubscribe unsubscribe;
    private MockMvc web;

    @BeforeEach
    void open() {
        office = new Office(Databases.h2(), 1, Events.NOON);
        unsubscribe = office.get(Unsubscribe.class);
        web = MockMvcBuilders.standaloneSetup(office.get(UnsubscribePage.class)).build();
    }

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void aTokenSaysWhoAndWhat() {
        assertThat(unsubscribe.read(unsubscribe.token(SOMEBODY, "marketing")))
                .contains(new Unsubscribe.Wish(SOMEBODY, "marketing"));
    }

    @Test
    void noBitOfATokenCanBeChanged() {
        var bytes = Base64.getUrlDecoder().decode(unsubscribe.token(SOMEBODY, "marketing"));
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            var forged = bytes.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(unsubscribe.read(Base64.getUrlEncoder().withoutPadding().encodeToString(forged)))
                    .as("bit %d", bit)
                    .isEmpty();
        }
    }

    @Test
    void anotherInstallationsTokenIsNotTaken() {
        try (var other = new Office(Databases.h2(), 1, Events.NOON)) {
            assertThat(unsubscribe.read(other.get(Unsubscribe.class).token(SOMEBODY, "marketing")))
                    .isEmpty();
        }
    }

    @Test
    void theKeyOutlivesTheProgram() {
        var again = new Unsubscribe(
                new SignedTokens(new JdbcTemplate(office.jdbc.getDataSource())), "https://go.example.org");

        assertThat(again.read(unsubscribe.token(SOMEBODY, "marketing"))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAA", "%%%", "ä", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void garbageIsNoToken(String token) {
        assertThat(unsubscribe.read(token)).isEqualTo(Optional.empty());
        assertThat(unsubscribe.read(token.repeat(1000))).isEqualTo(Optional.empty());
    }

    @Test
    void lookingChangesNothingAndPostingUnsubscribes() throws Exception {
        var ada = office.reader("ada@example.org", Map.of());
        var path = "/u/" + unsubscribe.token(ada, "marketing");

        web.perform(get(path).locale(Locale.ENGLISH))
                .andExpect(status().isOk())
                .andExpect(content().string(Matchers.containsString("<form method=\"post\">")))
                .andExpect(header().string("Referrer-Policy", "no-referrer"))
                .andExpect(header().string("Cache-Control", "no-store"));
        assertThat(office.workOff()).isEmpty();

        web.perform(post(path).param("List-Unsubscribe", "One-Click").locale(Locale.SIMPLIFIED_CHINESE))
                .andExpect(status().isOk())
                .andExpect(content().string(Matchers.containsString("已退订")));
        assertThat(office.workOff()).singleElement().satisfies(event -> {
            assertThat(event.name()).isEqualTo("Unsubscribed");
            assertThat(event.source()).isEqualTo("unsubscribe");
            assertThat(event.text("topic")).isEqualTo("marketing");
            assertThat(event.email()).isEqualTo("ada@example.org");
        });
    }

    @Test
    void somebodyWhoAgreedAgainCanUnsubscribeAgain() throws Exception {
        var path = "/u/" + unsubscribe.token(office.reader("ada@example.org", Map.of()), "marketing");

        web.perform(post(path)).andExpect(status().isOk());
        web.perform(post(path)).andExpect(status().isOk());

        assertThat(office.workOff()).extracting(Event::name).hasSize(2);
    }

    @Test
    void somebodyWhoWasErasedIsToldTheSameAndNothingIsKept() throws Exception {
        web.perform(post("/u/" + unsubscribe.token(SOMEBODY, "marketing"))).andExpect(status().isOk());

        assertThat(office.workOff()).isEmpty();
    }

    @Test
    void aForgedLinkIsNotFoundAndDoesNothing() throws Exception {
        var ada = office.reader("ada@example.org", Map.of());
        var path = "/u/" + unsubscribe.token(ada, "marketing").substring(1);

        web.perform(get(path)).andExpect(status().isNotFound());
        web.perform(post(path)).andExpect(status().isNotFound());
        web.perform(get("/u/<script>"))
                .andExpect(status().isNotFound())
                .andExpect(content().string(Matchers.not(Matchers.containsString("<script>"))));

        assertThat(office.workOff()).isEmpty();
    }
}
