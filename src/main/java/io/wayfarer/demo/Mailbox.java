package io.wayfarer.demo;

import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.MailFolder;
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
 * product to read; mails to anybody else are only kept to be shown. Of each the newest {@value #LIMIT} are kept.
 */
@Component
@Profile("demo")
class Mailbox implements DisposableBean {

    /** Mails kept of each kind. */
    static final int LIMIT = 2000;

    private final String service;
    private final Clock clock;
    private final GreenMail server;
    private final Deque<Mail> sent = new ArrayDeque<>();
    private final Deque<Mail> received = new ArrayDeque<>();
    private final List<Consumer<Mail>> readers = new CopyOnWriteArrayList<>();
    private long count;

    /** @param service the shop's own address, by which its mailbox is known */
    Mailbox(
            Clock clock,
            @Value("${wayfarer.demo.service}") String service,
            @Value("${wayfarer.demo.smtp-port}") int smtpPort,
            @Value("${wayfarer.demo.imap-port}") int imapPort,
            @Value("${wayfarer.demo.secret}") String secret) {
        this.clock = clock;
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
        if (box.size() > LIMIT) {
            box.removeLast();
        }
        var user = toShop ? shop : customers;
        try {
            bound(server.getManagers().getImapHostManager().getInbox(user), toShop ? LIMIT : 0);
        } catch (FolderException e) {
            throw new UserException("the mailbox cannot be read", e);
        }
        if (!toShop) {
            readers.forEach(reader -> reader.accept(mail));
        }
        return user;
    }

    /** The server keeps what nobody fetches: the oldest goes. */
    private static void bound(MailFolder folder, int limit) throws UserException {
        try {
            if (folder.getMessageCount() <= limit) {
                return;
            }
            var uids = folder.getMessageUids();
            for (int i = 0; i < uids.length - limit; i++) {
                folder.setFlags(new Flags(Flags.Flag.DELETED), true, uids[i], null, false);
            }
            folder.expunge();
        } catch (FolderException e) {
            throw new UserException("the mailbox is full", e);
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
