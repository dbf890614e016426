package org.flatgaze.runtime.broker;

import java.time.Duration;
import java.util.List;
import org.flatgaze.runtime.publish.Topics;

/** This side of a checking subscriber that lives in another process. */
public final class DemoSubscriber implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final ChildJvm child;
    private final boolean ours;

    DemoSubscriber(ChildJvm child, boolean ours) {
        this.child = child;
        this.ours = ours;
    }

    /**
     * Starts a subscriber in a process of its own, connected to any broker.
     *
     * @param url {@code tcp://host:port}
     * @param qos 0 or 1
     * @throws ChildException if it is not ready in time; one line
     */
    public static DemoSubscriber connect(String url, Topics topics, int qos)
            throws ChildException, InterruptedException {
        List<String> arguments = List.of(url, topics.device(), Integer.toString(qos));
        return new DemoSubscriber(ChildJvm.start("subscriber", SubscriberMain.class, arguments, START), true);
    }

    /**
     * Waits in the other process until {@code count} gaze messages have come or {@code deadline} has passed, and asks
     * what it saw. May be asked again.
     *
     * @throws ChildException if the process is gone or does not answer; one line
     */
    public SubscriberSummary await(long count, Duration deadline) throws ChildException, InterruptedException {
        return SubscriberSummary.parse(child.ask(ChildProtocol.stopRequest(count, deadline), deadline.plus(SLACK)));
    }

    /** Ends the process if it is the subscriber's own. */
    @Override
    public void close() {
        if (ours) {
            child.close();
        }
    }
}
