package io.wayfarer.act;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Base64;
import java.util.Locale;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** Where the links and the picture of a mail lead. Who followed them, a person or a program, is for cleaning to tell. */
@Controller
class TracePages {

    /** A transparent GIF of one pixel. */
    private static final byte[] PIXEL =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    private final Tracking tracking;
    private final Feedback feedback;
    private final PublicPages pages;

    TracePages(Tracking tracking, Feedback feedback, PublicPages pages) {
        this.tracking = tracking;
        this.feedback = feedback;
        this.pages = pages;
    }

    /** HEAD comes here too: it leads as far, and is no person's. */
    @GetMapping("/c/{token}")
    ResponseEntity<?> follow(@PathVariable String token, HttpServletRequest request, Locale locale) {
        var trace = tracking.read(token).filter(one -> one.what() != Tracking.What.OPEN);
        if (trace.isEmpty()) {
            return pages.note(HttpStatus.NOT_FOUND, "link.unknown", locale);
        }
        feedback.traced(trace.get(), request.getMethod(), request.getHeader(HttpHeaders.USER_AGENT));
        return ResponseEntity.status(HttpStatus.FOUND)
                .location(URI.create(trace.get().url()))
                .cacheControl(CacheControl.noStore())
                .header("Referrer-Policy", "no-referrer")
                .build();
    }

    @GetMapping("/o/{token}")
    ResponseEntity<byte[]> look(@PathVariable String token, HttpServletRequest request) {
        tracking.read(token)
                .filter(one -> one.what() == Tracking.What.OPEN)
                .ifPresent(trace ->
                        feedback.traced(trace, request.getMethod(), request.getHeader(HttpHeaders.USER_AGENT)));
        return ResponseEntity.ok()
                .contentType(MediaType.IMAGE_GIF)
                .cacheControl(CacheControl.noStore())
                .body(PIXEL);
    }
}
