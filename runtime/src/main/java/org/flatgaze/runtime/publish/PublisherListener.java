package org.flatgaze.runtime.publish;

/** Hears what the publisher's user should be told; called on internal threads, must return quickly. */
public interface PublisherListener {

    /**
     * A thread of the publisher begins; called on that thread before anything else, so this is the place to pin it. There are
     * two: the publish thread and one that connects, whose cores and scheduling class the MQTT library's threads take over. The
     * publish thread waits for them now and then, so all should go first or none.
     */
    default void onThread() {}

    /** Connected, for the first time or again. */
    default void brokerConnected(boolean again) {}

    /** The connection is gone; the publisher goes on by itself. One line, with the reason. */
    default void brokerLost(String line) {}

    /** An attempt to connect failed; the next follows by itself. One line, with the reason. */
    default void connectFailed(String line) {}

    /** A sample could not be published because of a fault in this process. One line. */
    default void publishFailed(String line) {}

    /** Hears nothing. */
    PublisherListener SILENT = new PublisherListener() {};
}
