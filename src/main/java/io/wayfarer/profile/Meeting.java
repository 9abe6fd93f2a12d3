package io.wayfarer.profile;

/**
 * What the rules see when one event states identities of two customers: the one whose event it is by a stronger identity, and
 * the other, who has the identity by which they meet. Each component is a word of rules/identity.drl.
 *
 * @param by kind of that identity: userId, crm, email, phone, device, anonymousId
 * @param shared that identity is a browser or device
 * @param subjectAnonymous nothing personal is known of the first: only browsers and devices
 * @param otherAnonymous nothing personal is known of the other
 * @param saidInSession the first is nobody known yet, stated by an address or number only, on a browser of the other, of
 *     whom no such thing was known
 * @param userIdsDiffer both have user ids, and none in common
 * @param crmIdsDiffer both have ids of one CRM, and none of them in common
 * @param emailsDiffer both have email addresses, and none in common
 * @param apart this identity merged the two before, and that was undone
 * @param full together they have more identities than one person can have
 */
public record Meeting(
        String by,
        boolean shared,
        boolean subjectAnonymous,
        boolean otherAnonymous,
        boolean saidInSession,
        boolean userIdsDiffer,
        boolean crmIdsDiffer,
        boolean emailsDiffer,
        boolean apart,
        boolean full) {

    Meeting keptApart() {
        return new Meeting(
                by,
                shared,
                subjectAnonymous,
                otherAnonymous,
                saidInSession,
                userIdsDiffer,
                crmIdsDiffer,
                emailsDiffer,
                true,
                full);
    }
}
