package org.flatgaze.accel.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * How an access looks on a serial wire; all numbers little-endian, every frame ends in the CRC-32 of what is before it.
 *
 * <pre>
 * request   operation 1 byte, 3 zeros | address 4 | length 4 | payload (write) | CRC 4
 * answer    outcome 1 byte, 3 zeros | length 4 | payload (read) | CRC 4
 * </pre>
 *
 * A register is a block of 4 bytes at its address. An answer to a damaged request has outcome {@link #DAMAGED} and no
 * payload.
 */
final class BusFrame {

    static final byte READ = 1;
    static final byte WRITE = 2;

    static final byte DONE = 0x5A;
    static final byte DAMAGED = 0x33;

    /** Most bytes of a payload. */
    static final int PAYLOAD_MOST = 1 << 16;

    static final int REQUEST_HEAD = 12;
    static final int ANSWER_HEAD = 8;
    static final int TAIL = 4;

    private final ByteBuffer bytes;
    private final CRC32 crc = new CRC32();

    /** Memory for frames with a payload of up to so many bytes. */
    BusFrame(int payloadMost) {
        bytes = ByteBuffer.allocate(REQUEST_HEAD + payloadMost + TAIL).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The frame's memory; heap, little-endian. */
    byte[] array() {
        return bytes.array();
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** Begins a request; its payload, if any, is to be put at {@link #REQUEST_HEAD}. */
    void request(byte operation, int address, int length) {
        bytes.putInt(0, operation).putInt(4, address).putInt(8, length);
    }

    /** Begins an answer; its payload, if any, is to be put at {@link #ANSWER_HEAD}. */
    void answer(byte outcome, int length) {
        bytes.putInt(0, outcome).putInt(4, length);
    }

    /** Puts the CRC behind so many bytes; answers the whole length. */
    int seal(int length) {
        bytes.putInt(length, crcOf(length));
        return length + TAIL;
    }

    /** Whether the CRC behind so many bytes is theirs. */
    boolean isSound(int length) {
        return bytes.getInt(length) == crcOf(length);
    }

    private int crcOf(int length) {
        crc.reset();
        crc.update(bytes.array(), 0, length);
        return (int) crc.getValue();
    }
}
