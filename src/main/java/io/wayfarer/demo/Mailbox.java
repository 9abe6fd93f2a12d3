package io.wayfarer.demo;

import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Flags;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * The demo's mail server, on the loopback address. Mails to the shop's own address wait in its IMAP mailbox for the
 * product to read; mails to anybody else are only kept to be shown. Of each kind only the newest are kept.
 */
@Component
@Profile("demo")
class Mailbox implements DisposableBean {

    private final String service;
    private final Clock clock;
    private final int limit;
    private final GreenMail server;
    private final Deque<Mail> sent = new ArrayDeque<>();
    private final Deque<Mail> received = new ArrayDeque<>();
    private final List<Consumer<Mail>> readers = new CopyOnWriteArrayList<>();
    private long count;

    /**
     * @param service the shop's own address, by which its mailbox is known
     * @param limit mails kept of each kind
     */
    Mailbox(
            Clock clock,
            @Value("${wayfarer.demo.service}") String service,
            @Value("${wayfarer.demo.smtp-port}") int smtpPort,
            @Value("${wayfarer.demo.imap-port}") int imapPort,
            @Value("${wayfarer.demo.secret}") String secret,
            @Value("${wayfarer.demo.mails}") int limit) {
        this.clock = clock;
        this.limit = limit;
        this.service = service;
        this.server = new GreenMail(new ServerSetup[] {
            new ServerSetup(smtpPort, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(imapPort, "127.0.0.1", ServerSetup.PROTOCOL_IMAP)
        });
        server.start();
        var shop = server.setUser(service, service.substring(0, service.indexOf('@')), secret);
        var customers = server.setUser("customers@localhost", "customers", secret);
        server.getUserManager().setMessageDeliveryHandler((message, to) -> deliver(message, to, shop, customers));
    }

    private synchronized GreenMailUser deliver(
            MovingMessage message, MailAddress to, GreenMailUser shop, GreenMailUser customers) throws UserException {
        var toShop = to.getEmail().equalsIgnoreCase(service);
        var mail = Mail.of(++count, clock.instant(), to.getEmail(), message.getMessage());
        var box = toShop ? received : sent;
        box.addFirst(mail);
        if (box.size() > limit) {
            box.removeLast();
        }
        var user = toShop ? shop : customers;
        bound(user, toShop ? limit - 1 : 0);
        if (!toShop) {
            readers.forEach(reader -> reader.accept(mail));
        }
        return user;
    }

    /** The server keeps what nobody fetches: the oldest goes. */
    private void bound(GreenMailUser user, int kept) throws UserException {
        try {
            var folder = server.getManagers().getImapHostManager().getInbox(user);
            if (folder.getMessageCount() > kept) {
                var uids = folder.getMessageUids();
                for (int i = 0; i < uids.length - kept; i++) {
                    folder.setFlags(new Flags(Flags.Flag.DELETED), true, uids[i], null, false);
                }
                folder.expunge();
            }
        } catch (FolderException e) {
            throw new UserException("the mailbox cannot be kept small", e);
        }
    }

    /** The newest mails to customers, or from them, the newest first. */
    synchronized List<Mail> newest(boolean toCustomers, int limit) {
        return new ArrayList<>(toCustomers ? sent : received).subList(0, Math.min(limit, size(toCustomers)));
    }

    /** How many are kept. */
    synchronized int size(boolean toCustomers) {
        return (toCustomers ? sent : received).size();
    }

    synchronized Optional<Mail> find(long id) {
        return sent.stream().filter(mail -> mail.id() == id).findFirst().or(() -> received.stream()
                .filter(mail -> mail.id() == id)
                .findFirst());
    }

    /** Tells of each mail to a customer, as it arrives. */
    void onSent(Consumer<Mail> reader) {
        readers.add(reader);
    }

    @Override
    public void destroy() {
        server.stop();
    }
}
