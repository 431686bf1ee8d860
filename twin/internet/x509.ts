/** @peculiar/x509 with what it needs loaded before it: its dependency injection reads metadata that the first import adds. */
import "reflect-metadata";

export * from "@peculiar/x509";
