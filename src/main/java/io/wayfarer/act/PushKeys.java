package io.wayfarer.act;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Set;

/** Keys on the curve P-256, as Web Push writes them: a public one as 65 bytes, uncompressed; a private one as 32. */
final class PushKeys {

    private static final int SIZE = 32;
    private static final int POINT = 1 + 2 * SIZE;
    private static final ECParameterSpec CURVE = curve();

    private PushKeys() {}

    private static ECParameterSpec curve() {
        try {
            var parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair fresh() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(CURVE);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The pair that the file holds, made at the first start: the private key and the public one, one after the other. Only
     * who runs the program may read it.
     */
    static KeyPair kept(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            var fresh = fresh();
            var bytes = ByteBuffer.allocate(SIZE + POINT)
                    .put(fixed(((ECPrivateKey) fresh.getPrivate()).getS()))
                    .put(point((ECPublicKey) fresh.getPublic()))
                    .flip();
            var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            var posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
            var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (var channel = posix ? FileChannel.open(file, options, owner) : FileChannel.open(file, options)) {
                channel.write(bytes);
                channel.force(true);
            } catch (FileAlreadyExistsException e) {
                // another was first
            }
        }
        var bytes = Files.readAllBytes(file);
        if (bytes.length != SIZE + POINT) {
            throw new IOException(file + " does not hold the key with which pushes are signed; without it, remove it:"
                    + " browsers then have to subscribe anew");
        }
        return new KeyPair(
                publicKey(Arrays.copyOfRange(bytes, SIZE, bytes.length)), privateKey(Arrays.copyOf(bytes, SIZE)));
    }

    /** @throws IllegalArgumentException when the bytes are no point of the curve */
    static ECPublicKey publicKey(byte[] point) {
        if (point.length != POINT || point[0] != 4) {
            throw new IllegalArgumentException("it is no uncompressed point of P-256");
        }
        var x = new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + SIZE));
        var y = new BigInteger(1, Arrays.copyOfRange(point, 1 + SIZE, POINT));
        var prime = ((ECFieldFp) CURVE.getCurve().getField()).getP();
        var right = x.pow(3)
                .add(CURVE.getCurve().getA().multiply(x))
                .add(CURVE.getCurve().getB());
        // a point of another curve would give our side of the secret away, bit by bit
        if (x.compareTo(prime) >= 0
                || y.compareTo(prime) >= 0
                || !y.multiply(y).subtract(right).mod(prime).equals(BigInteger.ZERO)) {
            throw new IllegalArgumentException("it is no point of P-256");
        }
        try {
            return (ECPublicKey)
                    KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(x, y), CURVE));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static ECPrivateKey privateKey(byte[] scalar) {
        try {
            return (ECPrivateKey) KeyFactory.getInstance("EC")
                    .generatePrivate(new ECPrivateKeySpec(new BigInteger(1, scalar), CURVE));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static byte[] point(ECPublicKey key) {
        return ByteBuffer.allocate(POINT)
                .put((byte) 4)
                .put(fixed(key.getW().getAffineX()))
                .put(fixed(key.getW().getAffineY()))
                .array();
    }

    private static byte[] fixed(BigInteger number) {
        var bytes = number.toByteArray();
        var fixed = new byte[SIZE];
        var length = Math.min(bytes.length, SIZE);
        System.arraycopy(bytes, bytes.length - length, fixed, SIZE - length, length);
        return fixed;
    }
}
