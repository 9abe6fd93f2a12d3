package io.wayfarer.demo;

import io.wayfarer.ingest.WriteKeys;
import io.wayfarer.journey.FirstStart;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** What somebody who has just started the demo reads in the console. */
@Component
@Profile("demo")
class Announcement {

    private final Environment environment;
    private final WriteKeys keys;
    private final FirstStart engine;

    Announcement(Environment environment, WriteKeys keys, FirstStart engine) {
        this.environment = environment;
        this.keys = keys;
        this.engine = engine;
    }

    void print() {
        var url = "http://localhost:" + environment.getProperty("local.server.port", "8080");
        var block = new StringBuilder("\n");
        line(block, "Wayfarer's demonstration runs", "");
        line(block, "  begin here", url + "/");
        line(block, "  shop", url + "/shop");
        line(block, "  mailbox", url + "/shop/mail");
        line(block, "  tasks", url + "/camunda/app/tasklist/default/");
        line(block, "  user", "admin");
        line(
                block,
                "  password",
                engine.generatedPassword().orElse("the one of the first start, or of wayfarer.admin.password"));
        line(block, "  write key", keys.first());
        line(block, "  to stop it", "Ctrl+C; what happened stays in " + environment.getProperty("wayfarer.data.dir"));
        System.out.println(block);
    }

    private static void line(StringBuilder block, String what, String value) {
        block.append(String.format("  %-32s%s%n", what, value));
    }
}
