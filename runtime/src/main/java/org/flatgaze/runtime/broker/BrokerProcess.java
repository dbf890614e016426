package org.flatgaze.runtime.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flatgaze.runtime.publish.Topics;

/**
 * The embedded broker in a process of its own, so that neither its garbage nor its threads touch the process that is
 * measured. It ends with {@link #close} and with this process.
 */
public final class BrokerProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 3;

    private final ChildJvm child;
    private final int port;
    private final DemoSubscriber subscriber;

    private BrokerProcess(ChildJvm child, int port, boolean subscribed) {
        this.child = child;
        this.port = port;
        subscriber = subscribed ? new DemoSubscriber(child, false) : null;
    }

    /**
     * Starts a broker on a free port of the loopback interface.
     *
     * @throws ChildException if it is not ready in time; one line
     */
    public static BrokerProcess start() throws ChildException, InterruptedException {
        return onFreePort(List.of());
    }

    /**
     * Starts a broker on a free port, with a checking subscriber in the same process.
     *
     * @param topics device to listen to
     * @param qos 0 or 1
     * @throws ChildException if it is not ready in time; one line
     */
    public static BrokerProcess startWithSubscriber(Topics topics, int qos)
            throws ChildException, InterruptedException {
        return onFreePort(List.of(topics.device(), Integer.toString(qos)));
    }

    /**
     * Starts a broker on {@code port}.
     *
     * @throws ChildException if the port is taken or the broker is not ready in time; one line
     */
    public static BrokerProcess startOn(int port) throws ChildException, InterruptedException {
        return start(port, List.of());
    }

    /** Where it listens. */
    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** Port it listens on. */
    public int port() {
        return port;
    }

    /**
     * The subscriber in the broker's process.
     *
     * @throws IllegalStateException if it was started without one
     */
    public DemoSubscriber subscriber() {
        if (subscriber == null) {
            throw new IllegalStateException("started without a subscriber: use startWithSubscriber");
        }
        return subscriber;
    }

    /** Whether the process lives. */
    public boolean isAlive() {
        return child.isAlive();
    }

    /** Id of the process. */
    public long pid() {
        return child.pid();
    }

    /** Ends the process at once, as a crash would. */
    public void kill() throws InterruptedException {
        child.kill();
    }

    @Override
    public void close() {
        child.close();
    }

    private static BrokerProcess onFreePort(List<String> subscription) throws ChildException, InterruptedException {
        ChildException last = null;
        // Between finding a free port and using it another process may take it.
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = freePort();
            try {
                return start(port, subscription);
            } catch (ChildException e) {
                last = e;
                if (!e.getMessage().contains("port " + port)) {
                    break;
                }
            }
        }
        throw last;
    }

    private static BrokerProcess start(int port, List<String> subscription)
            throws ChildException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        arguments.add(Integer.toString(port));
        arguments.addAll(subscription);
        ChildJvm child = ChildJvm.start("broker", BrokerMain.class, arguments, START);
        return new BrokerProcess(child, port, !subscription.isEmpty());
    }

    private static int freePort() throws ChildException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ChildException("no free port on 127.0.0.1: " + e.getMessage(), e);
        }
    }
}
