package org.flatgaze.runtime.publish;

/** Hears what the publisher's user should be told; called on internal threads, must return quickly. */
public interface PublisherListener {

    /** The publish thread begins; called on that thread before anything else, so this is the place to pin it. */
    default void onPublishThread() {}

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
