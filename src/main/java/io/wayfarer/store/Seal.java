package io.wayfarer.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What this installation has learnt is signed with a key of its own, {@code model.key} in the data folder: whoever can write to
 * a store, but cannot read the key, cannot have anything serve. The signature is an HMAC-SHA256 (RFC 2104).
 */
public final class Seal {

    /** Bytes of a signature, and of the key. */
    public static final int SIZE = 32;

    private final SecretKeySpec key;

    /** @throws IOException when the key cannot be made or read */
    public Seal(Path data) throws IOException {
        this.key = new SecretKeySpec(key(Files.createDirectories(data).resolve("model.key")), "HmacSHA256");
    }

    /** Signs two things as one: which is which is signed too. */
    public byte[] sign(byte[] about, byte[] content) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            // the length keeps bytes from wandering between the two
            mac.update(ByteBuffer.allocate(4).putInt(0, about.length));
            mac.update(about);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws IOException when the signature is not that of both */
    public void check(byte[] about, byte[] content, byte[] signature) throws IOException {
        if (!MessageDigest.isEqual(sign(about, content), signature)) {
            throw new IOException("its signature does not match: this installation did not write it so");
        }
    }

    private static byte[] key(Path file) throws IOException {
        try {
            var fresh = new byte[SIZE];
            new SecureRandom().nextBytes(fresh);
            var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            var posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
            var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (var channel =
                    posix ? Files.newByteChannel(file, options, owner) : Files.newByteChannel(file, options)) {
                channel.write(ByteBuffer.wrap(fresh));
            }
        } catch (FileAlreadyExistsException e) {
            // made by an earlier start
        }
        var key = Files.readAllBytes(file);
        if (key.length != SIZE) {
            throw new IOException(file + " must hold the " + SIZE + " bytes with which models are signed, not "
                    + key.length + "; without it, remove it and the models beside it, and train them again");
        }
        return key;
    }
}
