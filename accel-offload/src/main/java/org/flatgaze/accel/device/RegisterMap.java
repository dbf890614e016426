package org.flatgaze.accel.device;

/**
 * The registers of an accelerator device, version 1: 32 bits each, little-endian, at byte addresses; behind them a window
 * through which programs, inputs and outputs pass.
 *
 * <p>A command: fill the window (when it carries data), set the descriptor ({@link #SLOT} to {@link #CRC}), write a number
 * never used since the last reset to {@link #TICKET}, then the command to {@link #DOORBELL}. The device answers by
 * setting {@link #ERROR} and {@link #MOVED} and last {@link #ANSWERED} to the ticket; until then nothing it shows
 * belongs to the command. One command at a time: a doorbell during another command is answered {@link
 * DeviceError#BUSY}.
 *
 * <p>A transfer moves {@link #LENGTH} bytes between window and device memory. {@link #CRC} is the CRC-32 (as in
 * Ethernet and zip) of those bytes: written by the host for a load, checked by the device; written by the device
 * for a read, checked by the host. {@link #MOVED} says how many bytes really moved.
 *
 * <p>Order of use: {@link #LOAD_PROGRAM} pieces in order, {@link #BUILD}, then for every run all pieces of all inputs with
 * {@link #LOAD_INPUT}, {@link #RUN}, {@link #READ_OUTPUT} pieces. A run uses up its inputs. A reset or a loss of power
 * empties everything.
 */
public final class RegisterMap {

    /** Read: {@link #MAGIC_VALUE}; all ones where nothing answers on mapped memory. */
    public static final int MAGIC = 0x00;

    /** Read: major version in the upper 16 bits, minor below; a driver refuses another major version. */
    public static final int VERSION = 0x04;

    /** Read: a set of {@link #CAN_INT8} and {@link #CAN_FLOAT32}. */
    public static final int CAPABILITIES = 0x08;

    /** Read: bytes for all programs together. */
    public static final int MEMORY_BYTES = 0x0C;

    /** Read: bytes of the window, the most that one transfer moves. */
    public static final int WINDOW_BYTES = 0x10;

    /** Read: programs the device holds at a time. */
    public static final int SLOTS = 0x14;

    /** Read: {@link #IDLE} or {@link #WORKING}. */
    public static final int STATUS = 0x18;

    /** Read: code of a {@link DeviceError}, of the command in {@link #ANSWERED}. */
    public static final int ERROR = 0x1C;

    /** Read: ticket of the last command that ended; 0 after a reset. */
    public static final int ANSWERED = 0x20;

    /** Write 1: drop the command under way and all programs. Read: 0 when that is done. */
    public static final int RESET = 0x24;

    /** Which program, 0..{@link #SLOTS}-1. */
    public static final int SLOT = 0x30;

    /** Which input or output of the program. */
    public static final int TENSOR = 0x34;

    /** First byte of the piece within program or tensor. */
    public static final int OFFSET = 0x38;

    /** Bytes of the piece, 1..{@link #WINDOW_BYTES}. */
    public static final int LENGTH = 0x3C;

    /** CRC-32 of the piece. */
    public static final int CRC = 0x40;

    /** Read: bytes that the last transfer moved. */
    public static final int MOVED = 0x44;

    /** Number of the next command, not 0. */
    public static final int TICKET = 0x48;

    /** Write: starts a command. */
    public static final int DOORBELL = 0x4C;

    /** First byte of the window. */
    public static final int WINDOW = 0x1000;

    /** "FGAD". */
    public static final int MAGIC_VALUE = 0x44414746;

    /** Major version of this map. */
    public static final int MAJOR = 1;

    /** Minor version of this map. */
    public static final int MINOR = 0;

    /** Capability: 8-bit graphs. */
    public static final int CAN_INT8 = 1;

    /** Capability: float32 graphs. */
    public static final int CAN_FLOAT32 = 2;

    /** Status: nothing under way. */
    public static final int IDLE = 0;

    /** Status: a command is under way. */
    public static final int WORKING = 1;

    /** Command: append a piece to the program of a slot; offset 0 begins anew. The bytes are those of a graph file. */
    public static final int LOAD_PROGRAM = 1;

    /** Command: make the loaded bytes of a slot runnable. */
    public static final int BUILD = 2;

    /** Command: take a piece of an input; offset 0 begins anew. */
    public static final int LOAD_INPUT = 3;

    /** Command: run the program of a slot on its inputs. */
    public static final int RUN = 4;

    /** Command: put a piece of an output into the window. */
    public static final int READ_OUTPUT = 5;

    /** Command: empty a slot. */
    public static final int FREE = 6;

    private RegisterMap() {}
}
