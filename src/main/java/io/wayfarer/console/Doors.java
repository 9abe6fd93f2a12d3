package io.wayfarer.console;

import io.wayfarer.console.SignIn.TooManyAttempts;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.config.web.PathPatternRequestMatcherBuilderFactoryBean;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfTokenRequestAttributeHandler;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.savedrequest.CookieRequestCache;

/**
 * Who may come in where. Nothing is open but what {@link #open} lists: what is added to the program later is closed until
 * it is listed.
 *
 * <p>Basic is for programs. A browser is never asked for it, so that it holds no password which it would send along with
 * what a foreign page requests; hence a request by Basic needs no CSRF token, and one by session cookie does.
 */
@Configuration
class Doors {

    static final String HOME = "/console";
    static final String CSRF_COOKIE = "WAYFARER-XSRF";

    private static final String OUR_PAGES = "default-src 'self'; img-src 'self' data:; object-src 'none';"
            + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /** Paths that need no sign-in: what authenticates each request itself, and what everybody may see. */
    private static final List<String> OPEN = List.of(
            "/v1/**",
            "/events",
            "/webhooks/**",
            "/u/**",
            "/c/**",
            "/o/**",
            "/s/**",
            "/collector.js",
            "/actuator/health",
            "/actuator/health/liveness",
            "/actuator/health/readiness");

    private static final List<String> OPEN_IN_DEMO = List.of("/", "/shop", "/shop/**");

    /** Without it the matchers below would ask Spring MVC, which knows nothing of the engine's own servlets. */
    @Bean
    PathPatternRequestMatcherBuilderFactoryBean pathMatchers() {
        return new PathPatternRequestMatcherBuilderFactoryBean();
    }

    /**
     * Refuses paths that two parts of the program might read differently. Spring Security has the same firewall, but behind
     * a filter that fails on some of what it refuses, such as a double slash before a path of the engine.
     */
    @Bean
    FilterRegistrationBean<Filter> firewall() {
        var firewall = new StrictHttpFirewall();
        var filter = new FilterRegistrationBean<Filter>((request, response, chain) -> {
            if (isDoubtful(firewall, (HttpServletRequest) request)) {
                ((HttpServletResponse) response).sendError(400);
            } else {
                chain.doFilter(request, response);
            }
        });
        filter.setName("firewall");
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    private static boolean isDoubtful(StrictHttpFirewall firewall, HttpServletRequest request) {
        try {
            firewall.getFirewalledRequest(request);
        } catch (RequestRejectedException e) {
            return true;
        }
        // the name of a servlet of the engine in percent signs
        return request.getPathInfo() != null
                && !request.getRequestURI().startsWith(request.getContextPath() + request.getServletPath());
    }

    /** Of each filter of each request, nobody would look at them; a request as a whole is measured elsewhere. */
    @Bean
    SecurityObservationSettings unobserved() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    @Order(1)
    SecurityFilterChain open(HttpSecurity http, Environment environment) throws Exception {
        var paths = new ArrayList<>(OPEN);
        if (environment.acceptsProfiles(Profiles.of("demo"))) {
            paths.addAll(OPEN_IN_DEMO);
        }
        return http.securityMatcher(paths.toArray(String[]::new))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .servletApi(AbstractHttpConfigurer::disable)
                .headers(Doors::harden)
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain closed(HttpSecurity http, SignIn signIn) throws Exception {
        var cameFrom = new CookieRequestCache() {
            /** Nothing but the address is kept: as the request itself it would have no headers, and not look like a visit. */
            @Override
            public HttpServletRequest getMatchingRequest(HttpServletRequest request, HttpServletResponse response) {
                super.getMatchingRequest(request, response);
                return null;
            }
        };
        cameFrom.setRequestMatcher(Doors::isPageVisit);
        var goBack = new SavedRequestAwareAuthenticationSuccessHandler();
        goBack.setRequestCache(cameFrom);
        goBack.setDefaultTargetUrl(HOME);
        return http.authenticationManager(new ProviderManager(signIn))
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, "/login/**")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .requestCache(cache -> cache.requestCache(cameFrom))
                .formLogin(form -> form.loginPage("/login")
                        .permitAll()
                        .successHandler(goBack)
                        .failureHandler(backToTheForm()))
                .httpBasic(basic -> basic.authenticationEntryPoint(askToSignIn()))
                .exceptionHandling(errors -> errors.authenticationEntryPoint(askToSignIn()))
                .logout(out -> out.logoutSuccessUrl("/login?out").permitAll())
                .csrf(csrf -> csrf.csrfTokenRepository(csrfCookie())
                        .csrfTokenRequestHandler(eagerToken())
                        // the engine's web apps bring their own CSRF filter, with a token of their own
                        .ignoringRequestMatchers("/camunda/**")
                        .ignoringRequestMatchers(Doors::isProgramWithBasic))
                .headers(Doors::harden)
                .build();
    }

    private static void harden(HeadersConfigurer<HttpSecurity> headers) {
        // a header that is there already stays: the engine's web apps set a content security policy of their own
        headers.contentSecurityPolicy(csp -> csp.policyDirectives(OUR_PAGES))
                .frameOptions(HeadersConfigurer.FrameOptionsConfig::deny)
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN))
                .permissionsPolicyHeader(
                        policy -> policy.policy("camera=(), microphone=(), geolocation=(), payment=(), usb=()"))
                .httpStrictTransportSecurity(Customizer.withDefaults())
                .contentTypeOptions(Customizer.withDefaults());
    }

    private static CookieCsrfTokenRepository csrfCookie() {
        var tokens = new CookieCsrfTokenRepository();
        tokens.setCookieName(CSRF_COOKIE);
        // pages of ours read it and send it back as the header X-XSRF-TOKEN
        tokens.setCookieCustomizer(cookie -> cookie.httpOnly(false).sameSite("Lax"));
        return tokens;
    }

    private static CsrfTokenRequestAttributeHandler eagerToken() {
        var handler = new CsrfTokenRequestAttributeHandler();
        handler.setCsrfRequestAttributeName(null);
        return handler;
    }

    private static AuthenticationEntryPoint askToSignIn() {
        return (request, response, failure) -> {
            if (failure instanceof TooManyAttempts many) {
                response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(many.seconds()));
                response.sendError(429);
            } else if (isPageVisit(request)) {
                response.sendRedirect(request.getContextPath() + "/login");
            } else {
                if (!isBrowser(request)) {
                    response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Wayfarer\", charset=\"UTF-8\"");
                }
                response.sendError(401);
            }
        };
    }

    private static AuthenticationFailureHandler backToTheForm() {
        return (request, response, failure) -> response.sendRedirect(
                request.getContextPath() + (failure instanceof TooManyAttempts ? "/login?wait" : "/login?wrong"));
    }

    private static boolean isPageVisit(HttpServletRequest request) {
        var accept = request.getHeader(HttpHeaders.ACCEPT);
        return request.getMethod().equals("GET") && accept != null && accept.contains("text/html");
    }

    private static boolean isBrowser(HttpServletRequest request) {
        var agent = request.getHeader(HttpHeaders.USER_AGENT);
        return isFromPage(request) || agent != null && agent.startsWith("Mozilla/");
    }

    /** Browsers, and only they, say which page a request comes from, and no script can take it away. */
    private static boolean isFromPage(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.ORIGIN) != null || request.getHeader("Sec-Fetch-Site") != null;
    }

    private static boolean isProgramWithBasic(HttpServletRequest request) {
        var authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        return authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6) && !isFromPage(request);
    }
}
