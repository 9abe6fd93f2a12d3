package io.wayfarer.ingest.feed;

import io.wayfarer.ingest.PrivateNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Fetches a document that a stranger serves: bounded in time, size and redirects, by http and https only. */
final class Download {

    static final int MAX_BYTES = 2 * 1024 * 1024;
    static final int MAX_REDIRECTS = 5;

    private static final Set<Integer> MOVED = Set.of(301, 302, 303, 307, 308);
    private static final int NOT_MODIFIED = 304;

    /**
     * A document.
     *
     * @param contentType as it is labelled, or null
     * @param etag what to ask with next time, or null
     * @param lastModified likewise
     */
    record Page(byte[] body, String contentType, String etag, String lastModified) {}

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Duration timeout;

    /** @param timeout for all of it, redirects and body included */
    Download(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * The document, or empty when it is still the one that the validators are of.
     *
     * @throws Unusable when it is not served within the bounds
     */
    Optional<Page> get(URI url, String etag, String lastModified) throws Unusable, InterruptedException {
        var end = System.nanoTime() + timeout.toNanos();
        var at = url;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            var request = HttpRequest.newBuilder(at)
                    .header("Accept", "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1")
                    .header("User-Agent", "Wayfarer");
            if (etag != null) {
                request.header("If-None-Match", etag);
            }
            if (lastModified != null) {
                request.header("If-Modified-Since", lastModified);
            }
            var answer = send(request.build(), end);
            if (MOVED.contains(answer.statusCode())) {
                at = redirected(at, answer.headers().firstValue("Location").orElse(""));
            } else if (answer.statusCode() == NOT_MODIFIED) {
                return Optional.empty();
            } else if (answer.statusCode() == 200) {
                var headers = answer.headers();
                return Optional.of(new Page(
                        answer.body(),
                        headers.firstValue("Content-Type").orElse(null),
                        headers.firstValue("ETag").orElse(null),
                        headers.firstValue("Last-Modified").orElse(null)));
            } else {
                throw new Unusable("the server answers " + answer.statusCode());
            }
        }
        throw new Unusable("more than " + MAX_REDIRECTS + " redirects");
    }

    private HttpResponse<byte[]> send(HttpRequest request, long end) throws Unusable, InterruptedException {
        var answer = client.sendAsync(request, info -> new Bounded());
        try {
            return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new Unusable("the server takes longer than " + timeout.toSeconds() + " seconds");
        } catch (ExecutionException e) {
            var cause = e.getCause();
            var isTooLarge = cause instanceof TooLarge || cause.getCause() instanceof TooLarge;
            throw new Unusable(
                    isTooLarge
                            ? "more than " + MAX_BYTES + " bytes"
                            : "the server cannot be read from: "
                                    + cause.getClass().getSimpleName());
        } finally {
            answer.cancel(true);
        }
    }

    /** Where it leads, unless that is out of the web, less safe than before, or from outside into this network. */
    private static URI redirected(URI from, String location) throws Unusable {
        try {
            var to = from.resolve(location);
            var isWeb = List.of("http", "https").contains(String.valueOf(to.getScheme())) && to.getHost() != null;
            var isSafe = to.getScheme().equals("https") || from.getScheme().equals("http");
            if (isWeb && isSafe && (to.getHost().equalsIgnoreCase(from.getHost()) || !isInside(to.getHost()))) {
                return to;
            }
        } catch (IllegalArgumentException | NullPointerException | UnknownHostException e) {
            // said below
        }
        throw new Unusable("a redirect that is not followed");
    }

    private static boolean isInside(String host) throws UnknownHostException {
        return Arrays.stream(InetAddress.getAllByName(host)).anyMatch(PrivateNetwork::contains);
    }

    private static final class TooLarge extends IOException {}

    /** Takes a body as far as it may go, and hangs up. */
    private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private Flow.Subscription subscription;

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (var buffer : buffers) {
                if (buffer.remaining() > MAX_BYTES - bytes.size()) {
                    subscription.cancel();
                    body.completeExceptionally(new TooLarge());
                    return;
                }
                var piece = new byte[buffer.remaining()];
                buffer.get(piece);
                bytes.writeBytes(piece);
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(bytes.toByteArray());
        }
    }
}
