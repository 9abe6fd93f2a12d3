package io.wayfarer.console;

import io.wayfarer.ingest.Refusal;
import io.wayfarer.journey.Migrations;
import io.wayfarer.journey.Versions;
import io.wayfarer.profile.Merges;
import io.wayfarer.score.ModelStore;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/**
 * What went wrong, as RFC 9457 problem+json, or as a page for those who came for a page. It says no more than the caller
 * needs: what failed inside is in the log.
 */
@Controller
class Problems implements ErrorController {

    /** A parameter that cannot be used; {@code why} completes "limit ...". */
    static final class BadParameter extends RuntimeException {

        private final String field;

        BadParameter(String field, String why) {
            super(field + " " + why);
            this.field = field;
        }
    }

    /** There is no such thing; {@code what} is a kind of thing, such as "customer". */
    static final class NotFound extends RuntimeException {

        NotFound(String what) {
            super("there is no such " + what);
        }
    }

    /** What is asked for does not go with what has happened already. */
    static final class Conflict extends RuntimeException {

        Conflict(String why) {
            super(why);
        }
    }

    private final Pages pages;

    Problems(Pages pages) {
        this.pages = pages;
    }

    /** Everything that no other part answered: refused, not found, or failed. */
    @RequestMapping("/error")
    ResponseEntity<?> error(HttpServletRequest request, Locale locale) {
        var code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        var status = code instanceof Integer number ? HttpStatus.resolve(number) : HttpStatus.NOT_FOUND;
        status = status == null ? HttpStatus.INTERNAL_SERVER_ERROR : status;
        var accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept != null && accept.contains("text/html")) {
            var number = String.valueOf(status.value());
            return ResponseEntity.status(status)
                    .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                    .body(pages.write("error", locale, Map.of("number", number, "reason", status.getReasonPhrase())));
        }
        return answer(ProblemDetail.forStatus(status));
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem) {
        return ResponseEntity.status(problem.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    @RestControllerAdvice(basePackageClasses = Problems.class)
    static class Refusals {

        @ExceptionHandler
        ResponseEntity<ProblemDetail> refuse(BadParameter bad) {
            return badField(bad.field, bad.getMessage());
        }

        @ExceptionHandler
        ResponseEntity<ProblemDetail> refuse(MethodArgumentTypeMismatchException bad) {
            var type = bad.getRequiredType();
            return badField(
                    bad.getName(),
                    bad.getName() + " must be a " + (type == null ? "proper value" : type.getSimpleName()));
        }

        @ExceptionHandler
        ResponseEntity<ProblemDetail> refuse(MissingServletRequestParameterException bad) {
            return badField(bad.getParameterName(), bad.getParameterName() + " is missing");
        }

        @ExceptionHandler
        ResponseEntity<ProblemDetail> notFound(NotFound none) {
            return answer(ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, none.getMessage()));
        }

        @ExceptionHandler
        ResponseEntity<ProblemDetail> refuse(HttpMessageNotReadableException bad) {
            return badField("body", "body must be JSON with the fields that are asked for");
        }

        @ExceptionHandler
        ResponseEntity<ProblemDetail> refuse(ModelStore.Refused refused) {
            return answer(ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, refused.getMessage()));
        }

        @ExceptionHandler
        ResponseEntity<ProblemDetail> refuse(Merges.Refused refused) {
            return answer(ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, refused.getMessage()));
        }

        @ExceptionHandler
        ResponseEntity<ProblemDetail> refuse(Migrations.Refused refused) {
            return answer(ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, refused.getMessage()));
        }

        @ExceptionHandler
        ResponseEntity<ProblemDetail> refuse(Versions.Unusable bad) {
            return badField(bad.field(), bad.getMessage());
        }

        @ExceptionHandler
        ResponseEntity<ProblemDetail> tryAgain(TransientDataAccessException passing) {
            return answer(ProblemDetail.forStatusAndDetail(
                    HttpStatus.CONFLICT, "it was changed by another at the same moment; try again"));
        }

        @ExceptionHandler
        ResponseEntity<ProblemDetail> conflict(Conflict conflict) {
            return answer(ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, conflict.getMessage()));
        }

        @ExceptionHandler
        ResponseEntity<ProblemDetail> refuse(Refusal refusal) {
            var problem = ProblemDetail.forStatusAndDetail(HttpStatus.valueOf(refusal.status()), refusal.getMessage());
            if (refusal.field() != null) {
                problem.setProperty("field", refusal.field());
            }
            return answer(problem);
        }

        private static ResponseEntity<ProblemDetail> badField(String field, String detail) {
            var problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, detail);
            problem.setProperty("field", field);
            return answer(problem);
        }
    }
}
