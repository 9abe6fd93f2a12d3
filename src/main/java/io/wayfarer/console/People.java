package io.wayfarer.console;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

@Component
class People {
    private final String password;

    People(@Value("${wayfarer.admin.password:}") String password) {
        this.password = password;
    }

    boolean check(String user, String given) {
        return user.equals("admin") && !password.isEmpty() && password.equals(given);
    }
}
