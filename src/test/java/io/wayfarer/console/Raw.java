package io.wayfarer.console;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** HTTP by hand, for what a proper client refuses to send. */
final class Raw {

    private Raw() {}

    /** @return the whole answer, status line first */
    static String get(int port, String path, String headers) {
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost:" + port + "\r\nConnection: close\r\n"
                                    + headers + "\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.replaceFirst("\r\n(?s:.*)", " ");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
