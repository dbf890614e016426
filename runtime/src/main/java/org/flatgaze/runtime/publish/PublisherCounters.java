package org.flatgaze.runtime.publish;

/**
 * What a publisher has done so far.
 *
 * @param published gaze messages handed to the transport
 * @param droppedFull samples overtaken by newer ones while the broker took nothing
 * @param droppedOffline samples thrown away without a connection
 * @param droppedStale samples that had waited too long for the publish thread
 * @param failed samples lost to a fault in this process
 * @param connects successful connections, the first included
 * @param bytes bytes of the published messages, payload only
 */
public record PublisherCounters(
        long published,
        long droppedFull,
        long droppedOffline,
        long droppedStale,
        long failed,
        long connects,
        long bytes) {

    /** Samples taken from the source but not published, whatever the cause. */
    public long dropped() {
        return droppedFull + droppedOffline + droppedStale + failed;
    }

    /** Times the connection came back. */
    public long reconnects() {
        return Math.max(0, connects - 1);
    }
}
