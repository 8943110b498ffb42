// Reads {documents: {address: document}, now, cases: [credential]} and writes, for each case,
// {verified, revoked, error}. Nothing is fetched: what is not among the documents does not exist.
import {text} from 'node:stream/consumers';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';

const {documents, now, cases} = JSON.parse(await text(process.stdin));

async function documentLoader(url) {
  if(documents[url]) {
    return {contextUrl: null, documentUrl: url, document: documents[url]};
  }
  const [did] = url.split('#');
  const method = documents[did]?.verificationMethod?.find(({id}) => id === url);
  if(!method) {
    throw new Error(`${url} is not known`);
  }
  const document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  return {contextUrl: null, documentUrl: url, document};
}

function explain(error) {
  return [error?.message, ...(error?.errors ?? []).map(explain)].filter(Boolean).join(': ');
}

async function judge(credential) {
  const suite = new DataIntegrityProof({cryptosuite});
  const {verified, error, statusResult} = await vc.verifyCredential({
    credential,
    suite,
    documentLoader,
    now: new Date(now),
    checkStatus: options => checkStatus({
      ...options, suite, documentLoader, verifyBitstringStatusListCredential: true
    })
  });
  return {
    verified,
    revoked: Boolean(statusResult?.results?.some(({status}) => status)),
    error: [explain(error), explain(statusResult?.error)].filter(Boolean).join('; ')
  };
}

const results = [];
for(const credential of cases) {
  results.push(await judge(credential).catch(
    error => ({verified: false, revoked: false, error: explain(error)})));
}
process.stdout.write(JSON.stringify(results));
