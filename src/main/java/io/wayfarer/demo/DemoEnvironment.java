package io.wayfarer.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.Profiles;

/**
 * Settings of the demo that differ from start to start: free ports of the loopback address for its mail server, and a
 * secret for its mailbox and its webhooks, so that no secret is in the project.
 */
public final class DemoEnvironment implements EnvironmentPostProcessor, Ordered {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (environment.acceptsProfiles(Profiles.of("demo"))) {
            // last: each can be set otherwise
            environment
                    .getPropertySources()
                    .addLast(new MapPropertySource(
                            "demo",
                            Map.of(
                                    "wayfarer.demo.smtp-port", freePort(),
                                    "wayfarer.demo.imap-port", freePort(),
                                    "wayfarer.demo.secret", secret())));
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no port is free for the demo's mail server", e);
        }
    }

    /** Hexadecimal, which is base64 and fits into a URI as well. */
    private static String secret() {
        var bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** After the profiles are known. */
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }
}
