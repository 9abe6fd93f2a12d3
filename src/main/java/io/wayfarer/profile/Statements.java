package io.wayfarer.profile;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import io.wayfarer.ingest.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Reads the identities that an event states. */
@Component
class Statements {

    private static final int MAX_IDS = 20;
    private static final int MAX_PHONE = 40;

    private final PhoneNumberUtil phones = PhoneNumberUtil.getInstance();
    private final String region;
    private final IdentityRules rules;
    private final Comparator<Identity> strongestFirst;

    /**
     * @param region the country of numbers written without one, as ISO 3166 (DE); blank when such numbers are none
     * @throws IllegalArgumentException when no country has this code
     */
    Statements(IdentityRules rules, @Value("${wayfarer.phone.region}") String region) {
        this.rules = rules;
        this.region = region.isBlank() ? null : region.strip().toUpperCase(Locale.ROOT);
        if (this.region != null && !phones.getSupportedRegions().contains(this.region)) {
            throw new IllegalArgumentException("wayfarer.phone.region: there is no country '" + region + "'");
        }
        this.strongestFirst = Comparator.<Identity>comparingInt(
                        identity -> rules.worth(identity.kind()).rank())
                .thenComparing(identity -> identity.kind().name())
                .thenComparing(Identity::name);
    }

    /** The identities, the strongest first; what is too long to be one is left out, for cutting it would join people. */
    List<Identity> in(Event event) {
        var stated = new ArrayList<Identity>(3);
        add(stated, Identity.Kind.userId, event.userId());
        add(stated, Identity.Kind.email, event.email());
        add(stated, Identity.Kind.anonymousId, event.anonymousId());
        if (!event.ids().isEmpty()) {
            event.ids().entrySet().stream().limit(MAX_IDS).forEach(id -> {
                var kind = new Identity.Kind(id.getKey());
                if (kind.equals(Identity.Kind.phone)) {
                    add(stated, kind, phone(id.getValue()));
                } else if (kind.equals(Identity.Kind.device)) {
                    add(stated, kind, id.getValue());
                } else if (kind.isCrm() && Identity.Kind.isName(id.getKey().toLowerCase(Locale.ROOT))) {
                    add(stated, new Identity.Kind(id.getKey().toLowerCase(Locale.ROOT)), id.getValue());
                }
            });
        }
        if (event.traits().get("phone") instanceof String text) {
            add(stated, Identity.Kind.phone, phone(text));
        }
        if (stated.size() > 1) {
            stated.sort(strongestFirst);
        }
        return stated;
    }

    /** The identity that most surely leads back to the customer. */
    Optional<Identity> surest(Customer customer) {
        return customer.identities().stream().min(strongestFirst);
    }

    private static void add(List<Identity> stated, Identity.Kind kind, String name) {
        if (name != null && !name.isBlank() && name.length() <= Identity.MAX_NAME && name.indexOf('\0') < 0) {
            var identity = new Identity(kind, name.strip());
            if (!stated.contains(identity)) {
                stated.add(identity);
            }
        }
    }

    /** The number as E.164, or null when it is none. */
    String phone(String text) {
        if (text == null || text.length() > MAX_PHONE) {
            return null;
        }
        try {
            var number = phones.parse(text, region);
            return phones.isValidNumber(number) ? phones.format(number, PhoneNumberFormat.E164) : null;
        } catch (NumberParseException e) {
            return null;
        }
    }

    IdentityRules rules() {
        return rules;
    }
}
