package io.wayfarer.console;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** The answer to who asks for work in the background. */
final class Begun {

    private Begun() {}

    /** 202 when it has begun, 409 when it is being done already; with how far it is. */
    static <T> ResponseEntity<T> answer(boolean began, T progress) {
        return ResponseEntity.status(began ? HttpStatus.ACCEPTED : HttpStatus.CONFLICT)
                .body(progress);
    }
}
