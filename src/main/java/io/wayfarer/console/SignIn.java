package io.wayfarer.console;

import io.wayfarer.journey.People;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.stereotype.Component;

/**
 * Tells whether user and password belong together, whether they come by the form or by Basic. A program that uses Basic
 * sends its password with each request, and verifying one is slow on purpose: what was right is remembered for {@link
 * #REMEMBERED_FOR}, under a keyed hash whose key never leaves the process. A changed password therefore works on for at
 * most that long. A session was not chosen, since clients that ignore cookies would make a new one with each request.
 */
@Component
class SignIn implements AuthenticationProvider {

    static final Duration REMEMBERED_FOR = Duration.ofMinutes(2);
    private static final int REMEMBERED = 1_000;
    private static final int MAX_USER = 64;
    private static final int MAX_PASSWORD = 200;

    /** Too many failures: nothing is verified before {@link #wait} has passed. */
    static final class TooManyAttempts extends AuthenticationException {

        private final Duration wait;

        TooManyAttempts(Duration wait) {
            super("too many failed sign-ins");
            this.wait = wait;
        }

        /** Whole seconds, at least one. */
        long seconds() {
            return Math.max(1, wait.plusMillis(999).toSeconds());
        }
    }

    private final People people;
    private final Attempts attempts = new Attempts(System::nanoTime);
    private final BCryptPasswordEncoder bcrypt = new BCryptPasswordEncoder();
    private final String someHash = bcrypt.encode("");
    private final Mac hash;
    private final Map<String, Long> remembered = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    SignIn(People people) throws GeneralSecurityException {
        this.people = people;
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        this.hash = Mac.getInstance("HmacSHA256");
        hash.init(new SecretKeySpec(key, "HmacSHA256"));
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
    }

    @Override
    public Authentication authenticate(Authentication asked) {
        var user = asked.getName();
        var password = String.valueOf(asked.getCredentials());
        if (user.length() > MAX_USER
                || password.length() > MAX_PASSWORD
                || user.chars().anyMatch(Character::isISOControl)) {
            throw new BadCredentialsException("no user or password looks like this");
        }
        var address = asked.getDetails() instanceof WebAuthenticationDetails details ? details.getRemoteAddress() : "";
        // before the memory is asked, or it could be guessed against without limit
        var wait = attempts.begin(user, address);
        if (!wait.isZero()) {
            throw new TooManyAttempts(wait);
        }
        if (!isRemembered(user, password)) {
            if (people.check(user, password).isEmpty()) {
                takeAsLongFor(user, password);
                throw new BadCredentialsException("user and password do not belong together");
            }
            remember(user, password);
        }
        attempts.succeeded(user, address);
        var known = UsernamePasswordAuthenticationToken.authenticated(
                user, null, List.of(new SimpleGrantedAuthority("ROLE_USER")));
        known.setDetails(asked.getDetails());
        return known;
    }

    /** For a name that no user has, nothing was hashed: how long the answer takes must not tell. */
    private void takeAsLongFor(String user, String password) {
        if (people.find(user).isEmpty()) {
            bcrypt.matches(password, someHash);
        }
    }

    private synchronized boolean isRemembered(String user, String password) {
        var since = remembered.get(proof(user, password));
        return since != null && System.nanoTime() - since < REMEMBERED_FOR.toNanos();
    }

    private synchronized void remember(String user, String password) {
        var proof = proof(user, password);
        remembered.remove(proof);
        remembered.put(proof, System.nanoTime());
    }

    private String proof(String user, String password) {
        hash.update(user.getBytes(StandardCharsets.UTF_8));
        hash.update((byte) 0);
        return Base64.getEncoder().encodeToString(hash.doFinal(password.getBytes(StandardCharsets.UTF_8)));
    }
}
