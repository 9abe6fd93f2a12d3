package io.wayfarer.act;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * An SMTP server that says what a test tells it to, which no well-behaved server would: {@code answer("RCPT TO:<bob@",
 * "550 no such user")}. The end of a message is the command {@code .}; {@link #HANG_UP} closes the connection instead.
 */
final class ScriptedSmtp implements AutoCloseable {

    static final String HANG_UP = "hang up";

    private static final Map<String, String> WELL_BEHAVED = Map.of(
            "EHLO",
            "250 ready",
            "MAIL",
            "250 ok",
            "RCPT",
            "250 ok",
            "DATA",
            "354 go on",
            ".",
            "250 taken",
            "RSET",
            "250 ok",
            "QUIT",
            "221 bye");

    private final ServerSocket server;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();

    ScriptedSmtp() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** From now on commands that begin like this get that answer. The greeting is the command {@code connect}. */
    ScriptedSmtp answer(String command, String answer) {
        answers.put(command, answer);
        return this;
    }

    /** Commands that begin like this are answered when the latch is open. */
    void waits(String command, CountDownLatch latch) {
        held.put(command, latch);
    }

    void behave() {
        answers.clear();
    }

    /** The messages whose end was reached, whatever was answered to it. */
    List<String> taken() {
        return taken;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                start(() -> talk(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void talk(Socket socket) {
        try (socket;
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            var goesOn = say(socket, answerTo("connect", "220 hello"));
            String line;
            while (goesOn && (line = in.readLine()) != null) {
                var standard = WELL_BEHAVED.getOrDefault(line.split(" ")[0], "502 what?");
                goesOn = say(socket, answerTo(line, standard)) && !line.equals("QUIT");
                if (goesOn && line.equals("DATA") && answerTo(line, standard).startsWith("354")) {
                    var message = new StringBuilder();
                    while ((line = in.readLine()) != null && !line.equals(".")) {
                        message.append(line).append('\n');
                    }
                    taken.add(message.toString());
                    goesOn = say(socket, answerTo(".", WELL_BEHAVED.get(".")));
                }
            }
        } catch (IOException e) {
            // the client hung up
        }
    }

    private String answerTo(String command, String standard) {
        held.forEach((start, latch) -> {
            if (command.startsWith(start)) {
                await(latch);
            }
        });
        return answers.entrySet().stream()
                .filter(entry -> command.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(standard);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean say(Socket socket, String answer) throws IOException {
        if (answer.equals(HANG_UP)) {
            return false;
        }
        socket.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "scripted-smtp");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
