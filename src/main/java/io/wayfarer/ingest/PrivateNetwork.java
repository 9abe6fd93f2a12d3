package io.wayfarer.ingest;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Addresses that lead into this machine or its network, where nothing that a stranger names may be asked for. */
public final class PrivateNetwork {

    private PrivateNetwork() {}

    /** True for all but what is routed in the world's network (IANA's registries of special-purpose addresses). */
    public static boolean contains(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return true;
        }
        var bytes = address.getAddress();
        if (!(address instanceof Inet6Address)) {
            var first = bytes[0] & 0xFF;
            var second = bytes[1] & 0xFF;
            return first == 0
                    || first >= 240
                    // shared address space, RFC 6598
                    || first == 100 && (second & 0xC0) == 64
                    || first == 192 && second == 0 && bytes[2] == 0
                    // benchmarks, RFC 2544
                    || first == 198 && (second & 0xFE) == 18;
        }
        // unique local addresses, RFC 4193
        return (bytes[0] & 0xFE) == 0xFC
                // an IPv4 address as the last part: compatible, RFC 4291, and NAT64, RFC 6052
                || startsWith(bytes) && contains(v4(bytes, 12))
                || startsWith(bytes, 0x00, 0x64, 0xFF, 0x9B) && contains(v4(bytes, 12))
                // or as the second: 6to4, RFC 3056
                || bytes[0] == 0x20 && bytes[1] == 0x02 && contains(v4(bytes, 2));
    }

    /** True when the first twelve bytes are these, and zero after them. */
    private static boolean startsWith(byte[] address, int... bytes) {
        for (int i = 0; i < 12; i++) {
            if ((address[i] & 0xFF) != (i < bytes.length ? bytes[i] : 0)) {
                return false;
            }
        }
        return true;
    }

    private static InetAddress v4(byte[] address, int from) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(address, from, from + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
