package io.wayfarer.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.springframework.context.annotation.Fallback;
import org.springframework.stereotype.Component;

/** Where no catalogue is, what is about things is kept in quarantine. */
@Component
@Fallback
class Uncatalogued implements Catalogue {

    private final Quarantine quarantine;
    private final ObjectMapper json;

    Uncatalogued(Quarantine quarantine, ObjectMapper json) {
        this.quarantine = quarantine;
        this.json = json;
    }

    @Override
    public void accept(List<Event> aboutThings) {
        for (var event : aboutThings) {
            quarantine.keep(
                    event.source(),
                    event.messageId(),
                    "there is no catalogue to take what is about a thing",
                    json.valueToTree(event).toString());
        }
    }
}
