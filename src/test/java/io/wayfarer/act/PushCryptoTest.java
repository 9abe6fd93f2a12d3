package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushCryptoTest {

    /** RFC 8291, section 5 and appendix A. */
    @Test
    void theExampleOfTheStandardComesOutByteByByte() {
        var ours = new KeyPair(
                PushKeys.publicKey(
                        of("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8")),
                PushKeys.privateKey(of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")));
        var browser = PushKeys.publicKey(
                of("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"));

        var body = PushCrypto.encrypted(
                "When I grow up, I want to be a watermelon".getBytes(StandardCharsets.UTF_8),
                browser,
                of("BTBZMqHH6r4Tts7J_aSIgg"),
                ours,
                of("DGv6ra1nlYgDCS1FRnbzlw"));

        assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(body))
                .isEqualTo("DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
                        + "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
                        + "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
    }

    @Test
    void whatIsNoPointOfTheCurveIsNoKey() {
        var good = PushKeys.point((ECPublicKey) PushKeys.fresh().getPublic());
        assertThat(PushKeys.point(PushKeys.publicKey(good))).isEqualTo(good);
        var off = good.clone();
        off[64] ^= 1;
        var compressed = Arrays.copyOf(good, 33);
        compressed[0] = 2;
        var tooLarge = new byte[65];
        Arrays.fill(tooLarge, (byte) 0xFF);
        tooLarge[0] = 4;
        var zero = new byte[65];
        zero[0] = 4;
        for (var bad : new byte[][] {off, compressed, tooLarge, zero, {}, Arrays.copyOf(good, 64)}) {
            assertThatThrownBy(() -> PushKeys.publicKey(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void keysOfAnySizeOfNumberAreWrittenInFull() {
        // one in 256 has a leading zero
        for (int n = 0; n < 600; n++) {
            var point = PushKeys.point((ECPublicKey) PushKeys.fresh().getPublic());
            assertThat(PushKeys.point(PushKeys.publicKey(point))).isEqualTo(point);
        }
    }

    @Test
    void theKeyIsMadeOnceAndOnlyItsOwnerMayReadIt(@TempDir Path dir) throws IOException {
        var file = dir.resolve("new/push.key");

        var first = PushKeys.kept(file);
        var second = PushKeys.kept(file);

        assertThat(PushKeys.point((ECPublicKey) second.getPublic()))
                .isEqualTo(PushKeys.point((ECPublicKey) first.getPublic()));
        assertThat(((ECPrivateKey) second.getPrivate()).getS()).isEqualTo(((ECPrivateKey) first.getPrivate()).getS());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.write(file, new byte[3]);
        assertThatThrownBy(() -> PushKeys.kept(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("push.key");
    }

    private static byte[] of(String base64) {
        return Base64.getUrlDecoder().decode(base64);
    }
}
