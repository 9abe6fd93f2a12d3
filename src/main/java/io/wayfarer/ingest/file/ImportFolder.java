package io.wayfarer.ingest.file;

import io.wayfarer.ingest.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** Where files lie while they are imported, each under the import's id: no name of a stranger's is a path. */
@Component
class ImportFolder {

    private static final Logger log = LoggerFactory.getLogger(ImportFolder.class);

    /** @param hash of the content: SHA-256 in hexadecimal, 32 of its digits */
    record Kept(String hash, long size) {}

    private final Path folder;
    private final Path drop;
    private final long maxBytes;
    private final long maxUnpacked;

    ImportFolder(
            @Value("${wayfarer.data.dir}") Path data,
            @Value("${wayfarer.drop.dir}") Path drop,
            @Value("${wayfarer.imports.max-size}") DataSize maxSize,
            @Value("${wayfarer.imports.max-unpacked}") DataSize maxUnpacked) {
        this.folder = data.resolve("imports");
        this.drop = drop;
        this.maxBytes = maxSize.toBytes();
        this.maxUnpacked = maxUnpacked.toBytes();
    }

    long maxUnpacked() {
        return maxUnpacked;
    }

    Path of(UUID id) {
        return folder.resolve(id.toString());
    }

    /** @throws Refusal when there is more of it than a file may have; nothing is left of it then */
    Kept keep(UUID id, InputStream body) throws IOException {
        Files.createDirectories(folder);
        var part = folder.resolve(id + ".part");
        try {
            var hashing = hashing(body);
            var size = copy(hashing, part);
            Files.move(part, of(id));
            return new Kept(hash(hashing), size);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private long copy(InputStream body, Path to) throws IOException {
        var size = 0L;
        try (var out = Files.newOutputStream(to)) {
            var buffer = new byte[64 * 1024];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                size += read;
                if (size > maxBytes) {
                    throw Refusal.tooLarge("a file may have at most " + maxBytes + " bytes");
                }
                out.write(buffer, 0, read);
            }
        }
        return size;
    }

    /** What is in a file that lies elsewhere. */
    Kept look(Path file) throws IOException {
        try (var hashing = hashing(Files.newInputStream(file))) {
            var size = hashing.transferTo(OutputStream.nullOutputStream());
            return new Kept(hash(hashing), size);
        }
    }

    /** Takes a file over from where it lies. */
    void take(UUID id, Path file) throws IOException {
        Files.createDirectories(folder);
        try {
            Files.move(file, of(id), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(file, of(id));
        }
    }

    boolean isTooLarge(long size) {
        return size > maxBytes;
    }

    /**
     * Puts a dropped file aside; deletes an uploaded one when it is done. One that failed is kept, to be started again.
     *
     * @param dropped its name in the drop folder, or null when it was uploaded
     */
    void finished(UUID id, String dropped, boolean isDone) {
        try {
            if (dropped != null && isDone) {
                var aside = Files.createDirectories(drop.resolve(".done"));
                Files.move(of(id), aside.resolve(id + "-" + dropped));
            } else if (isDone) {
                Files.deleteIfExists(of(id));
            }
        } catch (IOException e) {
            log.warn("The file of import {} cannot be put aside: {}", id, e.toString());
        }
    }

    void remove(UUID id) {
        try {
            Files.deleteIfExists(of(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DigestInputStream hashing(InputStream in) {
        try {
            return new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hash(DigestInputStream read) {
        return HexFormat.of().formatHex(read.getMessageDigest().digest(), 0, 16);
    }
}
