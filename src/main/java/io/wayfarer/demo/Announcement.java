package io.wayfarer.demo;

import io.wayfarer.ingest.WriteKeys;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** What somebody who has just started the demo reads in the console. */
@Component
@Profile("demo")
class Announcement {

    private final Environment environment;
    private final WriteKeys keys;

    Announcement(Environment environment, WriteKeys keys) {
        this.environment = environment;
        this.keys = keys;
    }

    /** @param first true at the first start: then the write key is printed as well */
    void print(boolean first) {
        var url = "http://localhost:" + environment.getProperty("local.server.port", "8080");
        var block = new StringBuilder("\n");
        line(block, "Wayfarer's demonstration runs", "");
        line(block, "  begin here", url + "/");
        line(block, "  shop", url + "/shop");
        line(block, "  mailbox", url + "/shop/mail");
        line(block, "  tasks", url + "/camunda/app/tasklist/default/");
        line(block, "  user", "admin, with the password that was printed at the first start");
        if (first) {
            line(block, "  write key", keys.first());
        }
        System.out.println(block);
    }

    private static void line(StringBuilder block, String what, String value) {
        block.append(String.format("  %-32s%s%n", what, value));
    }
}
