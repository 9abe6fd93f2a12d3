package io.wayfarer.ingest.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wayfarer.ingest.Catalogue;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Imports.Import;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Inboxes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.util.unit.DataSize;

/** All that imports files, on a database, without its thread: a test says when the work is done. */
final class Desk {

    final JdbcTemplate jdbc;
    final Inbox inbox;
    final FileImports imports;
    final ImportWorker worker;
    final ImportFolder folder;
    final List<Event> catalogue = new ArrayList<>();

    Desk(DataSource database, Path dir, Clock clock, int inboxLimit) {
        this(database, new DataSourceTransactionManager(database), dir, clock, inboxLimit, DataSize.ofGigabytes(1));
    }

    Desk(
            DataSource database,
            DataSourceTransactionManager transactions,
            Path dir,
            Clock clock,
            int inboxLimit,
            DataSize maxSize) {
        jdbc = new JdbcTemplate(database);
        inbox = Inboxes.of(database, transactions, clock, inboxLimit);
        var store = new ImportStore(jdbc, Inboxes.JSON, clock);
        var mappings = new Mappings(jdbc, Inboxes.JSON, clock);
        folder = new ImportFolder(dir, dir.resolve("drop"), maxSize, DataSize.ofGigabytes(1));
        var beans = new DefaultListableBeanFactory();
        beans.registerSingleton("catalogue", (Catalogue) catalogue::addAll);
        worker = new ImportWorker(
                store, mappings, folder, inbox, beans.getBeanProvider(Catalogue.class), transactions, clock);
        imports = new FileImports(store, mappings, folder, worker, clock);
    }

    Import receive(String name, String mapping, String text) {
        return receive(name, mapping, text.getBytes(UTF_8));
    }

    Import receive(String name, String mapping, byte[] body) {
        try {
            return imports.receive(name, mapping, false, new ByteArrayInputStream(body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes a file in, works it off, and says how it ended. */
    Import imported(String name, String mapping, String text) {
        return imported(name, mapping, text.getBytes(UTF_8));
    }

    Import imported(String name, String mapping, byte[] body) {
        return work(receive(name, mapping, body).id());
    }

    Import work(UUID id) {
        worker.run(id);
        return imports.find(id).orElseThrow();
    }

    void mapping(String name, String json) {
        imports.keepMapping(name, json.replace('\'', '"').getBytes(UTF_8));
    }

    /** The events that wait in the inbox, in order of arrival. */
    List<Event> events() {
        return jdbc.query("select body from inbox order by seq", (row, n) -> {
            try {
                return Inboxes.JSON.readValue(row.getString(1), Event.class);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    String refused(UUID id) {
        try {
            var csv = new StringWriter();
            imports.writeRefused(id, csv);
            return csv.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
