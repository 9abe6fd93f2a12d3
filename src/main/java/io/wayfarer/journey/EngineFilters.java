package io.wayfarer.journey;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.rest.security.auth.AuthenticationProvider;
import org.camunda.bpm.engine.rest.security.auth.AuthenticationResult;
import org.camunda.bpm.webapp.impl.security.auth.ContainerBasedAuthenticationFilter;
import org.springframework.boot.autoconfigure.security.SecurityProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What stands between our sign-in and the engine's HTTP interfaces: the door, and filters that tell the engine who is
 * asking, so that it applies its authorisations. They come after Spring Security and before the engine's own filters.
 */
@Configuration
class EngineFilters {

    private static final int AFTER_SIGN_IN = SecurityProperties.DEFAULT_FILTER_ORDER + 10;

    @Bean
    FilterRegistrationBean<EngineDoor> engineDoor() {
        return registered(new EngineDoor(), 0, "/engine-rest/*", "/camunda/*");
    }

    @Bean
    FilterRegistrationBean<SignedInToRest> signedInToRest(IdentityService identities, People people) {
        return registered(new SignedInToRest(identities, people), 1, "/engine-rest/*");
    }

    @Bean
    FilterRegistrationBean<SignedInToWebapps> signedInToWebapps(People people) {
        return registered(new SignedInToWebapps(people), 1, "/camunda/app/*", "/camunda/api/*");
    }

    private static <T extends Filter> FilterRegistrationBean<T> registered(T filter, int place, String... paths) {
        var registration = new FilterRegistrationBean<>(filter);
        registration.addUrlPatterns(paths);
        registration.setDispatcherTypes(DispatcherType.REQUEST);
        registration.setOrder(AFTER_SIGN_IN + place);
        return registration;
    }

    /** Without a sign-in there is no answer, so that a hole in front of this filter does not open the engine. */
    static final class SignedInToRest extends OncePerRequestFilter {

        private final IdentityService identities;
        private final People people;

        SignedInToRest(IdentityService identities, People people) {
            this.identities = identities;
            this.people = people;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            var person = request.getRemoteUser() == null
                    ? null
                    : people.find(request.getRemoteUser()).orElse(null);
            if (person == null) {
                response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
                return;
            }
            try {
                identities.setAuthentication(person.id(), List.copyOf(person.groups()));
                chain.doFilter(request, response);
            } finally {
                identities.clearAuthentication();
            }
        }
    }

    /** Whoever has signed in to us has signed in to Cockpit, Tasklist and Admin; and whoever signs out there signs out. */
    static final class SignedInToWebapps extends ContainerBasedAuthenticationFilter {

        SignedInToWebapps(People people) {
            authenticationProvider = new AuthenticationProvider() {
                @Override
                public AuthenticationResult extractAuthenticatedUser(HttpServletRequest request, ProcessEngine engine) {
                    var user = request.getRemoteUser();
                    return user != null && people.find(user).isPresent()
                            ? AuthenticationResult.successful(user)
                            : AuthenticationResult.unsuccessful();
                }

                @Override
                public void augmentResponseByAuthenticationChallenge(
                        HttpServletResponse response, ProcessEngine engine) {}
            };
        }

        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            super.doFilter(request, response, chain);
            // after the engine's own sign-out, which refuses what brings no CSRF token
            var http = (HttpServletRequest) request;
            if (http.getMethod().equals("POST")
                    && http.getRequestURI().endsWith("/logout")
                    && ((HttpServletResponse) response).getStatus() < 300) {
                http.logout();
            }
        }

        /** The provider is given, not named by a parameter. */
        @Override
        public void init(FilterConfig config) {}
    }
}
