package io.wayfarer.demo;

import io.swagger.v3.oas.annotations.Hidden;
import io.wayfarer.ingest.WriteKeys;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.util.HtmlUtils;

/** The pages of the demo's shop, and its letter box. What happens on them is reported by the collector script alone. */
@RestController
@Profile("demo")
@Hidden
class ShopPages implements WebMvcConfigurer {

    static final int MAX_NAME = 100;
    static final int MAX_EMAIL = 254;
    static final int MAX_SUBJECT = 150;
    static final int MAX_TEXT = 5000;

    /** What somebody writes to the shop. */
    record Letter(String name, String email, String subject, String text) {}

    /** Who is signed in. */
    record Session(String user) {}

    private final WriteKeys keys;
    private final JavaMailSender mail;
    private final Clock clock;
    private final String service;
    private final byte[] secret;
    private final Catalogue catalogue;
    private final String shop = page("shop.html");

    ShopPages(
            Catalogue catalogue,
            WriteKeys keys,
            JavaMailSender mail,
            Clock clock,
            @Value("${wayfarer.demo.service}") String service,
            @Value("${wayfarer.demo.secret}") String secret) {
        this.catalogue = catalogue;
        this.keys = keys;
        this.mail = mail;
        this.clock = clock;
        this.service = service;
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/shop/**")
                .addResourceLocations("classpath:/demo/")
                .setCacheControl(CacheControl.noCache());
    }

    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<String> start() {
        return html(page("start.html"));
    }

    @GetMapping(path = "/shop/mail", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<String> mail() {
        return html(page("mail.html"));
    }

    @GetMapping(
            path = {"/shop", "/shop/"},
            produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<String> home() {
        return shop("home", "Larch & Lantern");
    }

    @GetMapping(path = "/shop/{page:cart|checkout|thanks|account|contact}", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<String> named(@PathVariable String page) {
        return shop(page, Character.toUpperCase(page.charAt(0)) + page.substring(1));
    }

    @GetMapping(path = "/shop/product/{id}", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<String> product(@PathVariable String id) {
        return catalogue
                .find(id)
                .map(product -> shop("product:" + product.id(), product.name().get("en")))
                .orElseGet(() -> ResponseEntity.status(HttpStatus.NOT_FOUND)
                        .body(shop("product:", "Not found").getBody()));
    }

    private ResponseEntity<String> shop(String page, String title) {
        return html(shop.replace("{{page}}", HtmlUtils.htmlEscape(page))
                .replace("{{title}}", HtmlUtils.htmlEscape(title))
                .replace("{{write-key}}", HtmlUtils.htmlEscape(keys.first())));
    }

    private static ResponseEntity<String> html(String page) {
        return ResponseEntity.ok().cacheControl(CacheControl.noCache()).body(page);
    }

    private static String page(String name) {
        try {
            return new ClassPathResource("demo/" + name).getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("demo/" + name + " is missing", e);
        }
    }

    /**
     * Says who is signed in, as a site's backend does for its pages. This shop asks for no password: whoever signs in as
     * somebody is them, here as in the rest of it.
     */
    @PostMapping(path = "/shop/session", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<?> session(@RequestBody Session session) {
        if (session.user() == null || !session.user().matches("shop-[a-z0-9]{1,20}")) {
            return ResponseEntity.badRequest()
                    .body(ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, "user must be one of this shop's"));
        }
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(Map.of("token", token(session.user())));
    }

    private String token(String user) {
        var base64 = Base64.getUrlEncoder().withoutPadding();
        var until = Instant.now().plus(Duration.ofHours(1)).getEpochSecond();
        var claims = "{\"sub\":\"" + user + "\",\"exp\":" + until + "}";
        var content = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.US_ASCII)) + "."
                + base64.encodeToString(claims.getBytes(StandardCharsets.US_ASCII));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return content + "." + base64.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends the letter by SMTP to the shop's own mailbox, where the product reads it. */
    @PostMapping(path = "/shop/contact", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<?> contact(@RequestBody Letter letter) throws MessagingException {
        var wrong = wrong(letter);
        if (wrong != null) {
            return ResponseEntity.badRequest().body(ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, wrong));
        }
        var message = mail.createMimeMessage();
        var parts = new MimeMessageHelper(message, "UTF-8");
        parts.setFrom(address(letter));
        parts.setTo(service);
        parts.setSubject(letter.subject().strip());
        parts.setText(letter.text());
        parts.setSentDate(Date.from(clock.instant()));
        mail.send(message);
        return ResponseEntity.accepted().build();
    }

    private static String wrong(Letter letter) {
        if (isWrong(letter.name(), MAX_NAME)) {
            return "name must be text of one line, at most " + MAX_NAME + " characters";
        }
        if (isWrong(letter.subject(), MAX_SUBJECT)) {
            return "subject must be text of one line, at most " + MAX_SUBJECT + " characters";
        }
        if (letter.text() == null
                || letter.text().isBlank()
                || letter.text().length() > MAX_TEXT
                || letter.text().indexOf('\0') >= 0) {
            return "text must be there, at most " + MAX_TEXT + " characters";
        }
        try {
            if (isWrong(letter.email(), MAX_EMAIL)
                    || !address(letter).getAddress().contains("@")) {
                return "email must be an address";
            }
        } catch (AddressException e) {
            return "email must be an address";
        }
        return null;
    }

    private static boolean isWrong(String line, int limit) {
        return line == null
                || line.isBlank()
                || line.length() > limit
                || line.chars().anyMatch(Character::isISOControl);
    }

    private static InternetAddress address(Letter letter) throws AddressException {
        var address = new InternetAddress(letter.email(), true);
        try {
            address.setPersonal(letter.name().strip(), "UTF-8");
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
        return address;
    }
}
